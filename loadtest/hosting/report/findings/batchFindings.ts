import { breakEven } from '../digest/breakEven.ts'
import { capacityOf } from '../digest/capacities.ts'
import type { Digest, Family } from '../digest/digest.ts'
import type { Duel } from '../digest/duel.ts'
import { familyText } from '../digest/familyText.ts'
import { readingsPerRequest } from '../../model/index.ts'
import { batchCapacitySentence, batchEffectSentence } from './batches.ts'

/** Ways of writing, the slowest first: one transaction per reading; one per checkpoint; more readings in a request. */
const ways: readonly Family[] = [
  { writeMode: 'direct', workload: 'reading' },
  { writeMode: 'batched', workload: 'reading' },
  { writeMode: 'batched', workload: 'readings-10' },
  { writeMode: 'batched', workload: 'readings-100' },
]

export function batchSentences(digest: Digest, duels: readonly Duel[]): string[] {
  return [...effects(digest, duels), ...capacities(digest)].flatMap((sentence) => sentence ?? [])
}

/** Of each fog box against the cloud, at each load that is measured in more than one way. */
function effects(digest: Digest, duels: readonly Duel[]): (string | undefined)[] {
  const clouds = new Set(digest.plan.placements.filter(({ kind }) => kind === 'cloud').map(({ name }) => name))
  const pairs = Map.groupBy(duels.filter(({ rival, basis }) => clouds.has(rival) && basis === 'as busy'), ({ fog, rival }) => JSON.stringify([fog, rival]))
  return [...pairs.values()].flatMap((pair) => [...new Set(pair.flatMap(({ loads }) => loads))].toSorted((a, b) => a - b).map((load) => effect(digest, pair, load)))
}

function effect(digest: Digest, pair: readonly Duel[], load: number): string | undefined {
  const [first] = pair
  const measured = ways.flatMap((way) => pair.filter((duel) => duel.writeMode === way.writeMode && duel.workload === way.workload && duel.loads.includes(load)))
  if (first === undefined) return undefined
  return batchEffectSentence({
    fog: first.fog,
    rival: first.rival,
    load,
    ways: measured.map((duel) => ({ how: familyText(duel), readingsPerS: readingsPerS(digest, duel.fog, duel, load), longestMs: duel.longestMs, meeting: breakEven(duel, load) })),
  })
}

function readingsPerS({ run }: Digest, placement: string, { writeMode, workload }: Family, load: number): number | undefined {
  const capacity = capacityOf(run, { placement, writeMode, workload })
  return capacity && capacity.perS * load * readingsPerRequest[workload]
}

function capacities(digest: Digest): (string | undefined)[] {
  return digest.plan.placements.map(({ name }) => batchCapacitySentence({
    placement: name,
    ways: ways.flatMap((way) => {
      const perS = readingsPerS(digest, name, way, 1)
      return perS === undefined ? [] : [{ how: `as ${familyText(way)}`, readingsPerS: perS }]
    }),
  }))
}
