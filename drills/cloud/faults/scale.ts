import { waitUntil } from '@brume/testing'
import { pause } from '../../traffic.ts'
import type { Fault } from '../fault.ts'
import type { DrillSite } from '../site/drillSite.ts'
import { epochRaised, epochsOf } from '../site/holders.ts'

const USUAL = 2
const LIMIT_MS = 20_000

export const scale: Fault = {
  name: 'scale', what: 'ledger replicas under load: 1, then 3, then 1', short: true, mayBeLate: false, seconds: 30, lasts: 'underLoadMs',
  async strike(site, mending, { underLoadMs }) {
    mending.defer(() => site.cloud.scale('ledger', USUAL))
    await site.cloud.scale('ledger', 1)
    const seen = []
    for (const count of [3, 1]) {
      const before = await epochsOf(site.cloud)
      await site.cloud.scale('ledger', count)
      await waitUntil(`the edge has ${count} ledgers`, async () => (await ledgersUp(site)) === count, { limitMs: LIMIT_MS })
      seen.push(`${count} up at the edge, taken anew: ${await epochRaised(site.cloud, before)}`)
      await pause(underLoadMs)
    }
    return seen.join('; ')
  },
}

async function ledgersUp({ cloud }: DrillSite): Promise<number> {
  return Object.entries(await cloud.edge.part.servers()).filter(([name, state]) => name.startsWith('ledger-') && state === 'UP').length
}
