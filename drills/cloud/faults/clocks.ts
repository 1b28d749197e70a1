import type { Fault } from '../fault.ts'
import { shiftClock, whyNoFaketime } from '../harm/clockShift.ts'
import { holderOf } from '../site/holders.ts'

const HOUR_S = 3_600

function clockOf(service: 'ingest' | 'ledger', hours: 1 | -1): Fault {
  const way = hours === 1 ? 'ahead' : 'behind'
  return {
    name: `clock-${service}-${way}`, what: `the clock of one ${service} is an hour ${way}`, short: false, mayBeLate: false, seconds: 25, lasts: 'underLoadMs', unavailable: whyNoFaketime,
    async strike({ cloud }, mending, length) {
      const place = service === 'ingest' ? cloud.replica('ingest', 0) : await holderOf(cloud)
      return shiftClock(place, hours * HOUR_S, mending, length)
    },
  }
}

export const clocks: readonly Fault[] = [clockOf('ingest', 1), clockOf('ingest', -1), clockOf('ledger', 1), clockOf('ledger', -1)]
