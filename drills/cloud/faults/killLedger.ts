import type { Fault } from '../fault.ts'
import { killAndRestart } from '../harm/kill.ts'
import { epochRaised, epochsOf, holderOf } from '../site/holders.ts'

export const killLedger: Fault = {
  name: 'kill-ledger', what: 'kill -9 of the ledger that holds a partition', short: true, mayBeLate: true, seconds: 25,
  async strike({ cloud }, mending) {
    const [place, before] = [await holderOf(cloud), await epochsOf(cloud)]
    const killed = await killAndRestart(place, mending)
    return `${killed}; partitions taken under a new epoch: ${await epochRaised(cloud, before)}`
  },
}
