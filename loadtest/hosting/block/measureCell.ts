import { join } from 'node:path'
import { runScenario, scenarios, type ScenarioResult, type ScenarioRun } from '../k6/index.ts'
import { cellId, readingsPerRequest, type AchievedDelay, type AnchoredSample, type Capacity, type Cell, type CellResult, type RequestColumns } from '../model/index.ts'
import { UsageOverTime } from '../machine/index.ts'
import { MOST_TRACED_PER_S } from '../parts/index.ts'
import { seedOf } from '../plan/seedOf.ts'
import { networkOf } from './achievedDelays.ts'
import type { BlockBench } from './blockBench.ts'
import { countsOf } from './countsOf.ts'
import { loadCpus } from './loadCpus.ts'
import { offeredPerS } from './offeredPerS.ts'
import { signRequests } from './signedRequests.ts'
import type { UnderTest } from './underTest.ts'
import { virtualUsers } from './virtualUsers.ts'

/** What its block has measured before the cell. */
export interface Measured {
  readonly delay: AchievedDelay
  readonly capacity: Capacity
}

export interface CellMeasured {
  readonly result: CellResult
  readonly columns: RequestColumns
}

/**
 * One cell: k6 sends at the cell's rate over the cell's network, and the next one may begin when everything that was promised is in a final block, so that none
 * starts with what another has left over. Signing comes before the clock, spans and costs after it.
 */
export async function measureCell(cell: Cell, { delay, capacity }: Measured, system: UnderTest, bench: BlockBench): Promise<CellMeasured> {
  const { plan, progress } = bench
  const perRequest = readingsPerRequest[cell.workload]
  const arrivals = { ratePerS: offeredPerS(cell, capacity), warmUpS: plan.warmUpS, measuredS: plan.measuredS }
  const envelopes = join(bench.folder, 'requests')
  const network = networkOf(bench, cell.network)
  await signRequests({ chain: system.chain, workload: cell.workload, arrivals, file: envelopes, signal: bench.signal })
  await system.links.impose(network)
  bench.spans.clear()
  const mark = await system.costs.mark()
  const startedAt = new Date().toISOString()
  const maxVus = virtualUsers({ ratePerS: arrivals.ratePerS, workload: cell.workload, delay, network })
  const { load, usage } = await underLoad({ ...scenarioRun(cell, system, bench), ...arrivals, envelopes, maxVus }, system, bench)
  await system.chain.milestone.untilFinal()
  const result: CellResult = {
    cell, startedAt, measuredS: plan.measuredS, offeredPerS: arrivals.ratePerS, capacityPerS: capacity.perS, readingsPerRequest: Math.max(1, perRequest),
    counts: countsOf(load.columns), refusals: load.refusals, ...usage, cost: perRequest === 0 ? undefined : await system.costs.since(mark), anchored: await anchoredSamples(load, cell, bench),
  }
  progress(lineOf(result))
  return { result, columns: load.columns }
}

function scenarioRun(cell: Cell, { links, tokenFile }: UnderTest, { plan }: BlockBench): Pick<ScenarioRun, 'scenario' | 'url' | 'tokenFile' | 'tracedPerS' | 'seed'> {
  const tracedPerS = readingsPerRequest[cell.workload] === 0 ? 0 : MOST_TRACED_PER_S
  return { scenario: scenarios[cell.workload], url: links.url, tokenFile, tracedPerS, seed: seedOf(`${plan.seed}/${cellId(cell)}`) }
}

type Usage = Pick<CellResult, 'generatorCpuShare' | 'systemCpuUs' | 'systemThrottledUs'>

/** With what both sides used during the measured time. */
async function underLoad(run: ScenarioRun, { links, placement, limits: enforced }: UnderTest, { limits, signal }: BlockBench): Promise<{ load: ScenarioResult; usage: Usage }> {
  using counters = new UsageOverTime({ generator: () => limits.load.cpuUs() ?? 0, system: () => placement.cpuUs(), throttled: () => placement.throttledUs() })
  const load = await links.during(() => runScenario(run, { signal, onStart: (pid) => limits.load.enter(pid) }))
  const measuredUs = run.measuredS * 1_000_000
  const used = counters.between(load.measuredFromMs, load.measuredFromMs + measuredUs / 1_000)
  // Without groups only k6's own CPU is known.
  const generatorUs = limits.load.cpuUs() === undefined ? load.generatorCpuUs : used.generator
  return { load, usage: { generatorCpuShare: generatorUs / (measuredUs * loadCpus(enforced)), systemCpuUs: used.system, systemThrottledUs: used.throttled } }
}

async function anchoredSamples({ traced }: ScenarioResult, cell: Cell, { spans, signal, progress }: BlockBench): Promise<readonly AnchoredSample[]> {
  const { samples, missing, dropped } = await spans.anchoredSamples(traced, { signal })
  const lost = Object.entries(missing).filter(([, count]) => count > 0)
  if (lost.length > 0 || dropped > 0) progress(`${cellId(cell)}: spans did not come of ${lost.map(([step, count]) => `${count} × ${step}`).join(', ')}; ${dropped} had no room`)
  return samples
}

function lineOf({ cell, offeredPerS: offered, counts, generatorCpuShare, anchored }: CellResult): string {
  const other = Object.entries(counts).filter(([outcome, count]) => outcome !== 'accepted' && count > 0).map(([outcome, count]) => `, ${count} ${outcome}`).join('')
  return `${cell.workload} ${cell.network} load ${cell.load}: ${offered.toFixed(1)}/s offered, ${counts.accepted} accepted${other}; generator ${Math.round(generatorCpuShare * 100)} % of its CPU; ${anchored.length} followed to the chain`
}
