import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'

/** What stands around the services in the cloud, with the versions that the programs say of themselves. */
export function cloudPrograms(root: string): Record<string, string> {
  return {
    'Apache Kafka': globSync(join(root, '.tools/kafka-*')).map((folder) => folder.replace(/.*kafka-/, '')).join(', '),
    'Java': saidBy('java', ['-version']),
    'PostgreSQL': saidBy('psql', ['--version']),
    'haproxy': saidBy('haproxy', ['-v']),
  }
}

/** The first number with a dot. */
export function saidBy(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return /\d+(?:\.\d+)+/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[0] ?? 'unknown'
}
