import { figure, fold, table, text, type Block, type Section } from '../document/block.ts'
import { textOf } from '../charts/curve.ts'
import { latencyCurves } from '../charts/latencyCurves.ts'
import type { Condition } from '../digest/condition.ts'
import type { Digest, Family } from '../digest/digest.ts'
import { familyText } from '../digest/familyText.ts'
import { isSameFamily } from '../digest/mainFamily.ts'
import { numberText, percentText } from '../markup/format.ts'

/** Curves over the load, and the same in numbers. */
export function latency(digest: Digest): Section {
  return {
    id: 'latency',
    title: 'Latency over load',
    blocks: [
      text('Percentiles of the open model: a latency counts from the time at which the request was meant to be sent, and what was refused, failed or never sent counts as slower than all others. Where a percentile falls among those it is not reached. Bands are 95 % bootstrap intervals over repetitions, with requests resampled within. Hollow marks are conditions that are not steady: their figures depend on how long was measured, so no line joins them.'),
      ...digest.families.flatMap((family) => ofFamily(digest, family)),
    ],
  }
}

function ofFamily(digest: Digest, family: Family): Block[] {
  const conditions = digest.conditions.filter((one) => isSameFamily(one, family))
  const networks = digest.plan.networks.map(({ name }) => name).filter((name) => conditions.some(({ network }) => network === name))
  const pictures = networks.map((network) => figure(latencyCurves(digest, family, network)))
  return [fold(`Curves: ${familyText(family)}`, pictures), fold(`Numbers: ${familyText(family)}`, [numbers(digest, family, conditions)])]
}

function numbers(digest: Digest, family: Family, conditions: readonly Condition[]): Block {
  const head = ['Placement', 'Network', 'Load', 'Requests/s', 'p50', 'p95', 'p99', 'Repetitions', 'State']
  const rows = conditions.map((condition) => {
    const { placement, network, load, capacityPerS, cells, planned } = condition
    const percentiles = [0.5, 0.95, 0.99].map((share) => textOf(condition, condition.state === 'not measured' ? undefined : digest.quantileMs(condition, share)))
    return [placement, network, percentText(load), capacityPerS === undefined ? '–' : numberText(capacityPerS * load), ...percentiles, `${cells.length} of ${planned}`, stateText(condition)]
  })
  return table(`Latency of each condition: ${familyText(family)}`, head, rows)
}

/** With how many repetitions were not steady. */
export function stateText({ state, steadiness }: Condition): string {
  const unsteady = steadiness.filter(({ steady }) => !steady).length
  return unsteady === 0 ? state : `${state} (${unsteady} of ${steadiness.length} repetitions are not)`
}
