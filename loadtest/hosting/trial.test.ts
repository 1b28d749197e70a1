import { ChildProcess, hasToxiproxy, processTree, repositoryRoot, TemporaryFolder, waitUntil } from '@brume/testing'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sum } from '../bench/statistics.ts'
import { hasK6 } from './k6/index.ts'
import { blockFile } from './results/layout.ts'
import { readRun } from './results/index.ts'
import { promisedAddUp, promisedParts } from './parts/index.ts'
import type { Plan } from './model/index.ts'

/** The whole of it against a real fog node, k6 and Toxiproxy; needs `node tools/prepare.mjs` before, and about a minute. */
const LIMIT_MS = 240_000
const KILL_LIMIT_MS = 30_000

const plan: Plan = {
  name: 'trial', trial: true, seed: 5, warmUpS: 0.5, measuredS: 2,
  placements: [{ name: 'fog-1', kind: 'fog', cores: 1, memoryMiB: 1_024 }],
  networks: [{ name: 'lte+near', access: 'lte', region: 'near' }],
  matrix: [{ placements: ['fog-1'], networks: ['lte+near'], writeModes: ['batched'], workload: 'reading', loads: [0.1, 0.4], repetitions: 2 }],
  leftOut: [],
}

let temporary: TemporaryFolder
beforeEach(() => void (temporary = new TemporaryFolder()))
afterEach(() => temporary[Symbol.dispose]())

function start(...args: readonly string[]): Promise<ChildProcess> {
  return ChildProcess.start({ command: [process.execPath, 'loadtest/dist/hosting/main.js', ...args], cwd: repositoryRoot(), env: process.env })
}

async function resume(results: string): Promise<void> {
  const child = await start('--resume', results)
  expect(await child.exited, child.output.text).toEqual({ code: 0, signal: null })
}

function planFile(): string {
  const file = join(temporary.path, 'plan.json')
  writeFileSync(file, JSON.stringify(plan))
  return file
}

/** As the kernel has it; a pid that was given anew meanwhile would count too. */
function running(pids: readonly number[]): number[] {
  return pids.filter((pid) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')))
}

describe('the hosting comparison', () => {
  it.skipIf(!hasK6() || !hasToxiproxy())('keeps what was finished at Ctrl-C, leaves no process behind, and goes on with the rest (needs Go for k6 and Toxiproxy)', async () => {
    const results = join(temporary.path, 'results')
    const first = await start('--plan-file', planFile(), '--out', results)
    const [done, missing] = ['fog-1.batched.r1', 'fog-1.batched.r2']
    await waitUntil('the first block', () => first.exit !== undefined || existsSync(blockFile(results, done)), { limitMs: LIMIT_MS })
    await waitUntil('the second system', () => first.exit !== undefined || processTree(first.pid).length > 3, { limitMs: KILL_LIMIT_MS })
    const started = processTree(first.pid)
    expect(await first.kill('SIGINT', KILL_LIMIT_MS), first.output.text).toEqual({ code: 130, signal: null })
    expect(running(started)).toEqual([])
    expect([done, missing].map((id) => existsSync(blockFile(results, id)))).toEqual([true, false])

    const kept = statSync(blockFile(results, done)).mtimeMs
    await resume(results)
    expect(statSync(blockFile(results, done)).mtimeMs).toBe(kept)
    expect(['report.html', 'README.md'].map((name) => existsSync(join(results, name)))).toEqual([true, true])
    expectWhole(results)
  }, LIMIT_MS)

  it('prints cells and minutes, and measures nothing', async () => {
    const child = await start('--plan-file', planFile(), '--plan')
    expect(await child.exited).toEqual({ code: 0, signal: null })
    expect(child.output.text).toContain('fog-1.batched.reading.lte+near.0.4.r2')
    expect(child.output.text).toMatch(/4 cells in 2 blocks.*about \d+ min/)
  })

  it.each([
    ['an unknown profile', ['--plan-file', 'bad.json'], 'access profile dialup is not known; there are'],
    ['a plan that is not there', ['--plan-file', 'none.json'], 'none.json is no plan that can be run'],
    ['a folder without a run', ['--resume', 'nowhere'], 'has no run to go on with'],
    ['a block that the plan does not have', ['--only', 'moon'], 'no block matches --only moon; there are cloud.batched.r1'],
  ])('refuses %s before anything starts', async (_, args, words) => {
    writeFileSync(join(temporary.path, 'bad.json'), JSON.stringify({ ...plan, networks: [{ name: 'lte+near', access: 'dialup', region: 'near' }] }))
    const child = await start(...args.map((arg) => (arg.endsWith('.json') ? join(temporary.path, arg) : arg)))
    expect(await child.exited).toEqual({ code: 2, signal: null })
    expect(child.output.text).toContain(words)
  })
})

/** Each cell with requests, whose parts add up, and readings that were followed to the chain. */
function expectWhole(results: string): void {
  const { blocks } = readRun(results)
  expect(blocks.flatMap(({ cells }) => cells)).toHaveLength(4)
  for (const { delays, capacities, cells } of blocks) {
    expect(capacities.map(({ workload }) => workload)).toEqual(['reading'])
    expect(delays.map(({ network }) => network)).toEqual(['lte+near'])
    for (const cell of cells) {
      // Nothing that was intended is missing; how much of it a busy machine answers in time is not what this shows.
      expect(Math.abs(sum(Object.values(cell.counts)) - cell.offeredPerS * plan.measuredS)).toBeLessThanOrEqual(1)
      expect(cell.counts.accepted).toBeGreaterThan(0)
      expect(cell.anchored.length).toBeGreaterThan(0)
      expect(cell.cost?.gas).toBeGreaterThan(0)
      expect(cell.systemCpuUs).toBeGreaterThan(0)
      expect(promisedAddUp(promisedParts(cell.requests)).requests).toBe(cell.counts.accepted)
    }
  }
}
