import { describe, expect, it } from 'vitest'
import { RESULTS_VERSION, type Run } from '../model/index.ts'
import { blockOf, cellOf, machine, now, plan, requestsOf } from '../results/run.fixture.ts'
import { compareRuns } from './compareRuns.ts'
import { comparisonText } from './comparisonText.ts'

interface Made {
  readonly fogUs: number
  readonly cloudUs?: number
  readonly seed: number
  readonly repetitions?: number
}

/** Four repetitions that differ by a few per cent. */
function runOf({ fogUs, cloudUs = 80_000, seed, repetitions = 4 }: Made): Run {
  const blocks = [['fog-1', fogUs], ['cloud', cloudUs]] as const
  const numbers = Array.from({ length: repetitions }, (_, at) => at + 1)
  return {
    facts: { version: RESULTS_VERSION, plan, machine, startedAt: now },
    blocks: blocks.flatMap(([placement, medianUs], which) => numbers.map((repetition) => {
      const requests = requestsOf({ medianUs: medianUs * (1 + 0.01 * (repetition % 3)), seed: seed * 100 + which * 10 + repetition })
      const cell = { ...cellOf(placement, repetition, requests), requests }
      return { ...blockOf(placement, repetition, [cell]), cells: [cell] }
    })),
  }
}

const before = runOf({ fogUs: 5_000, seed: 1 })
const changesOf = (second: Run): Record<string, (string | undefined)[]> =>
  Object.fromEntries(compareRuns(before, second).compared.map(({ key, percentiles }) => [key.placement, percentiles.map(({ change }) => change)]))

it('finds no change between two runs of the same', () => {
  expect(changesOf(runOf({ fogUs: 5_000, seed: 2 }))).toEqual({ 'fog-1': [undefined, undefined], cloud: [undefined, undefined] })
})

it('finds what became slower and what became faster, each in its place only', () => {
  expect(changesOf(runOf({ fogUs: 8_000, seed: 2 }))).toEqual({ 'fog-1': ['slower', 'slower'], cloud: [undefined, undefined] })
  expect(changesOf(runOf({ fogUs: 5_000, cloudUs: 40_000, seed: 2 }))).toEqual({ 'fog-1': [undefined, undefined], cloud: ['faster', 'faster'] })
})

describe('does not compare', () => {
  const whyNot = (second: Run): string[] => compareRuns(before, second).incomparable.map(({ id, why }) => `${id}: ${why}`)
  const same = runOf({ fogUs: 5_000, seed: 2 })
  const changed = (change: (block: Run['blocks'][number]) => Partial<Run['blocks'][number]>): Run => ({ ...same, blocks: same.blocks.map((block) => (block.placement.name === 'fog-1' ? { ...block, ...change(block) } : block)) })

  it.each([
    ['another size of the placement', changed(({ placement }) => ({ placement: { ...placement, cores: 0.5 } })), 'the placement is another: fog of 1 cores and 512 MiB there, fog of 0.5 cores and 512 MiB here'],
    ['other limits', changed(() => ({ limits: { by: 'none: not permitted' } })), 'other limits were enforced: cgroup v1, 1 cores, 512 MiB, system on CPU 1, load on CPU 0 there, none: not permitted here'],
    ['another delay', changed(({ delays }) => ({ delays: delays.map((delay) => ({ ...delay, achievedMs: 55 })) })), 'the network is another: 45.20 ms there, 55.00 ms here'],
    ['what was not measured', { ...same, blocks: same.blocks.filter(({ placement }) => placement.name !== 'fog-1') }, 'only the first run has it'],
    ['what lacks repetitions', { ...same, blocks: same.blocks.filter(({ placement, repetition }) => placement.name !== 'fog-1' || repetition > 1) }, 'the second run has 3 of its 4 repetitions'],
    ['what is not steady', changed(({ cells }) => ({ cells: cells.map((cell) => ({ ...cell, requests: { ...cell.requests, outcome: cell.requests.outcome.map((_, at) => at % 2) } })) })), 'it is not steady in the second run: only 50 % of what was offered was accepted'],
  ])('%s', (_, second, why) => {
    expect(whyNot(second)).toEqual([`fog-1.batched.reading.wifi+far.0.5: ${why}`])
  })
})

it('says first what else differs', () => {
  const second = runOf({ fogUs: 5_000, seed: 2 })
  const other: Run = { ...second, facts: { ...second.facts, machine: { ...machine, cpu: 'Another CPU', commit: '13e69b6' }, plan: { ...plan, measuredS: 10 }, resumed: [{ at: now, machine }] } }
  expect(compareRuns(before, other).caveats).toEqual([
    'Made of or on another: commit a6a9eed there, 13e69b6 here.',
    'Made of or on another: cpu Some CPU there, Another CPU here.',
    `The second run was gone on with at ${now}, at commit a6a9eed on Some CPU, so not all of it is of one making.`,
    'Other seconds measured: 8 there, 10 here.',
  ])
  expect(compareRuns(before, second).caveats).toEqual([])
})

it('says whether the blocks of a capacity lie apart', () => {
  const second = runOf({ fogUs: 5_000, seed: 2 })
  const fasterFog = second.blocks.map((block) => (block.placement.name === 'cloud' ? block : { ...block, capacities: block.capacities.map((capacity) => ({ ...capacity, perS: capacity.perS + 50 })) }))
  expect(compareRuns(before, { ...second, blocks: fasterFog }).capacities).toEqual([
    { capacity: { placement: 'fog-1', writeMode: 'batched', workload: 'reading' }, perS: [102, 152], apart: true },
    { capacity: { placement: 'cloud', writeMode: 'batched', workload: 'reading' }, perS: [102, 102], apart: false },
  ])
})

it('is told in a table that ends in words', () => {
  expect(comparisonText(compareRuns(before, runOf({ fogUs: 8_000, seed: 2 })))).toMatchInlineSnapshot(`
    "Capacity, requests/s
      of                     first  second  change
      fog-1 batched reading  102    102     0 %
      cloud batched reading  102    102     0 %

    Latency: first run, second run, each with its interval
      condition                           requests/s       first                         second                        change
      fog-1.batched.reading.wifi+far.0.5  50 → 50     p50  8.17 ms (8.03 ms to 8.3 ms)   11.3 ms (11.1 ms to 11.5 ms)  slower, +38 %
                                                      p95  10.6 ms (10.1 ms to 11.5 ms)  13.9 ms (13.6 ms to 14.3 ms)  slower, +31 %
      cloud.batched.reading.wifi+far.0.5  50 → 50     p50  84.2 ms (81.8 ms to 87.2 ms)  84 ms (81.9 ms to 86 ms)      none beyond noise
                                                      p95  99.5 ms (97.2 ms to 102 ms)   98.8 ms (96 ms to 100 ms)     none beyond noise

    Of 4 compared percentiles, in the second run 0 were faster and 2 slower beyond noise. Of 4 percentiles, less than one would seem to have changed by chance alone.
    "
  `)
})
