import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { TemporaryFolder } from '@brume/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RunFolder } from '../results/index.ts'
import { blockOf, cellOf, machine, now, plan, requestsOf } from '../results/run.fixture.ts'

const LIMIT_MS = 15_000
let temporary: TemporaryFolder
beforeEach(() => {
  temporary = new TemporaryFolder()
})
afterEach(() => temporary[Symbol.dispose]())

function compare(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8', timeout: LIMIT_MS })
  return { status, stdout, stderr }
}

function runIn(name: string, fogUs: number, seed: number): string {
  const folder = join(temporary.path, name)
  const run = RunFolder.open(folder, { plan, machine, now })
  for (const repetition of [1, 2, 3, 4]) {
    const requests = requestsOf({ medianUs: fogUs * (1 + 0.01 * (repetition % 3)), seed: seed + repetition })
    run.write(blockOf('fog-1', repetition, [cellOf('fog-1', repetition, requests)]), [requests])
  }
  return folder
}

it('says what changed between two folders, and ends with 0', () => {
  const { status, stdout } = compare(runIn('a', 5_000, 10), runIn('b', 9_000, 20))
  expect(stdout).toContain('in the second run 0 were faster and 2 slower beyond noise')
  expect(status).toBe(0)
})

it.each([
  ['one folder', ['a'], /^two folders are compared, not 1\nnpm run loadtest:compare/],
  ['an unknown option', ['a', 'b', '--fast'], /^Unknown option '--fast'/],
  ['a folder without results', ['there-is-none', 'b'], /^there-is-none is not a folder of results: it has no run.json/],
])('ends with 2 for %s', (_, args, message) => {
  const { status, stderr } = compare(...args)
  expect(stderr).toMatch(message)
  expect(status).toBe(2)
})
