import { spawnSync } from 'node:child_process'
import { processTree } from '@brume/testing'

/** Processes whose command names the folder, and all that is below them: PostgreSQL's backends are called otherwise. */
export function processesOf(folder: string): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  const named = stdout.split('\n').filter((line) => line.includes(folder)).map((line) => Number(line.trim().split(' ')[0]))
  return [...new Set(named.flatMap(processTree))].filter((pid) => pid !== process.pid).toSorted((a, b) => a - b)
}
