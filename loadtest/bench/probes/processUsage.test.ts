import { ChildProcess } from '@brume/testing'
import { expect, it } from 'vitest'
import { cpuUsOf, treeCpuUsOf } from './processUsage.ts'

const BURNT_MS = 150
const burn = `for (const end = process.cpuUsage().user + ${BURNT_MS * 1_000}; process.cpuUsage().user < end;);`

it('counts children that have ended with the whole of a process, and not with itself alone', async () => {
  const parent = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]); console.log('burnt'); setInterval(() => undefined, 1000)`
  const child = await ChildProcess.start({ command: [process.execPath, '-e', parent], cwd: '.', env: process.env })
  try {
    await new Promise<void>((resolve) => void child.output.watch(/burnt/, () => resolve()))
    expect(treeCpuUsOf(child.pid) - cpuUsOf(child.pid)).toBeGreaterThan(BURNT_MS * 900)
  } finally {
    await child.kill('SIGKILL', 1_000)
  }
})
