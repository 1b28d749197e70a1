import { waitUntil } from '@brume/testing'
import type { Fault } from '../fault.ts'
import { goOn, holdStill } from '../harm/hold.ts'
import { epochRaised, epochsOf, holderOf } from '../site/holders.ts'

const LIMIT_MS = 60_000

export const twoOwners: Fault = {
  name: 'two-owners', what: 'the holder of a partition stands still until another has taken it, then goes on and believes that it still holds it', short: true, mayBeLate: true, seconds: 20,
  async strike({ cloud }, mending) {
    const [place, before] = [await holderOf(cloud), await epochsOf(cloud)]
    const held = await holdStill(place.name, place.part, mending)
    const raised = await epochRaised(cloud, before, LIMIT_MS)
    goOn(place.part)
    const refused = await waitUntil('the database refuses the old holder', () => refusalOf(before, place.part.output), { limitMs: LIMIT_MS })
    return `${held}; taken meanwhile: ${raised}; then the old one was refused: "${refused}"`
  },
}

/** What a ledger says when the database refuses a write under the epoch that it held before (services/ledger/store/errors.ts, ownership/partitionHold.ts). */
export function refusalOf(before: ReadonlyMap<number, number>, output: string): string | undefined {
  const refusals = output.matchAll(/entries\/(\d+) (?:was taken under epoch \d+, this process holds (\d+)|is not held under epoch (\d+) any more)/g)
  return [...refusals].find(([, partition, holds, held]) => before.get(Number(partition)) === Number(holds ?? held))?.[0]
}
