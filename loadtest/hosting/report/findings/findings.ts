import { anchoredOf } from '../digest/anchored.ts'
import { capacitiesOf } from '../digest/capacities.ts'
import { breakEven } from '../digest/breakEven.ts'
import type { Condition } from '../digest/condition.ts'
import type { Digest, Family } from '../digest/digest.ts'
import type { Duel } from '../digest/duel.ts'
import { basisText, familyText } from '../digest/familyText.ts'
import { isSameFamily, mainFamily } from '../digest/mainFamily.ts'
import { anchoredShareSentence } from './anchoredShare.ts'
import { batchSentences } from './batchFindings.ts'
import { capacitySentence } from './capacities.ts'
import { dominanceSentences, type Comparison } from './dominance.ts'
import { findingOf, type Finding } from './finding.ts'
import { fogAgainstSentence, meetingSentence } from './fogAgainst.ts'
import { networkShareSentence } from './networkShare.ts'
import { saturationSentence } from './saturation.ts'

/** The questions of the comparison, answered from the numbers of a run alone. Of the main family; `direct` and batches come in where they are asked for. */
export function findingsOf(digest: Digest, duels: readonly Duel[]): Finding[] {
  const family = mainFamily(digest)
  if (family === undefined) return [findingOf('What was measured?', ['Nothing.'])]
  const main = duels.filter((duel) => isSameFamily(duel, family) && isCloud(digest, duel.rival))
  return [
    findingOf('Does network latency dominate, so that the fog wins?', dominanceSentences(comparisonsOf(digest, main.filter(({ basis }) => basis === 'as busy')), `${familyText(family)}, both equally busy`)),
    findingOf('At which share of its capacity does a fog box lose to the cloud?', [...main.map(againstSentence), ...saturationSentences(digest, family)]),
    findingOf('At which network delay of the cloud does it lose?', main.map(delaySentence)),
    findingOf('How far do batches move that point?', batchSentences(digest, duels)),
    findingOf('What share of latency is the network?', networkShareSentences(digest, family)),
    findingOf('And until the final anchor?', anchoredSentences(digest, family)),
    findingOf('What is 100 % of each placement?', capacitySentences(digest)),
  ]
}

function saturationSentences(digest: Digest, family: Family): string[] {
  const beyond = digest.conditions.filter((one) => isSameFamily(one, family) && one.load > 1 && one.state !== 'not measured')
  return [...Map.groupBy(beyond, ({ placement, load }) => JSON.stringify([placement, load])).values()].flatMap((group) => {
    const networks = group.map(({ network, steadiness }) => ({ network, unsteady: steadiness.filter(({ steady }) => !steady).length, repetitions: steadiness.length }))
    const [first] = group
    return (first && saturationSentence({ placement: first.placement, load: first.load, networks })) ?? []
  })
}

function isCloud({ plan }: Digest, name: string): boolean {
  return plan.placements.find((placement) => placement.name === name)?.kind === 'cloud'
}

export function againstSentence(duel: Duel): string {
  const networks = [...Map.groupBy(duel.points, ({ network }) => network)].map(([network, points]) => ({ network, regionMs: points[0]?.regionMs ?? 0, points }))
  return fogAgainstSentence({ fog: duel.fog, rival: duel.rival, how: howText(duel), networks })
}

export function delaySentence(duel: Duel): string {
  const loads = duel.loads.map((load) => ({ load, meeting: breakEven(duel, load) }))
  return meetingSentence({ fog: duel.fog, rival: duel.rival, how: howText(duel), longestMs: duel.longestMs, loads })
}

function howText(duel: Duel): string {
  return `${familyText(duel)}, ${basisText(duel)}`
}

function comparisonsOf(digest: Digest, duels: readonly Duel[]): Comparison[] {
  return duels.flatMap((duel) => duel.points.filter(({ verdict }) => verdict.kind !== 'not measured').map(({ network, load, rivalLoad, verdict }) => {
    const rival = digest.conditions.find((one) => one.placement === duel.rival && isSameFamily(one, duel) && one.network === network && one.load === rivalLoad)
    const fogWins = verdict.kind === 'fog' ? true : verdict.kind === 'rival' ? false : undefined
    return { fog: duel.fog, network, load, networkDominates: rival?.state === 'steady' ? dominates(digest, rival) : undefined, fogWins }
  }))
}

/** More than half of a request, where the interval of the share decides. */
function dominates(digest: Digest, rival: Condition): boolean | undefined {
  const share = digest.parts(rival)?.networkShare
  if (share === undefined) return undefined
  if (share.low > 0.5) return true
  return share.high < 0.5 ? false : undefined
}

/** Of each placement, at its lowest load and at the highest one below saturation. */
function networkShareSentences(digest: Digest, family: Family): string[] {
  return placementLoads(digest, family).map(({ placement, load, conditions }) => {
    const networks = conditions.map((condition) => ({ network: condition.network, ...(condition.state === 'steady' ? { share: digest.parts(condition)?.networkShare, p50Ms: digest.quantileMs(condition, 0.5)?.value } : { share: undefined, p50Ms: undefined }) }))
    return networkShareSentence({ placement, writeMode: family.writeMode, load, networks })
  })
}

function placementLoads(digest: Digest, family: Family): { placement: string; load: number; conditions: Condition[] }[] {
  return digest.plan.placements.flatMap(({ name }) => {
    const conditions = digest.conditions.filter((one) => one.placement === name && isSameFamily(one, family) && one.load < 1)
    const loads = conditions.map(({ load }) => load).toSorted((a, b) => a - b)
    return [...new Set([loads[0], loads.at(-1)])].flatMap((load) => (load === undefined ? [] : [{ placement: name, load, conditions: conditions.filter((one) => one.load === load) }]))
  })
}

function anchoredSentences(digest: Digest, family: Family): string[] {
  return placementLoads(digest, family).flatMap(({ placement, load, conditions }) => {
    const networks = conditions.filter(({ state }) => state === 'steady').flatMap((condition) => {
      const anchored = anchoredOf(condition)
      if (anchored === undefined) return []
      const largest = anchored.parts.toSorted((a, b) => b.ms - a.ms)[0]
      return [{ network: condition.network, networkMs: anchored.parts[0]?.ms ?? 0, meanMs: anchored.meanMs, largest: largest?.name ?? '', largestMs: largest?.ms ?? 0 }]
    })
    return networks.length === 0 ? [] : [anchoredShareSentence({ placement, writeMode: family.writeMode, load, networks })]
  })
}

function capacitySentences({ run }: Digest): string[] {
  return capacitiesOf(run).filter(({ workload }) => workload === 'reading').map((capacity) => capacitySentence({ ...capacity, how: familyText(capacity) }))
}
