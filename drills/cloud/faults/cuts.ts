import type { LinkPlan } from '@brume/cloud'
import type { Fault } from '../fault.ts'
import { cutFor } from '../harm/cut.ts'

const plan = (from: LinkPlan['from'], to: LinkPlan['to']): LinkPlan => ({ from, to })

/** One row for each pair of parts that talk to each other: all connections between the two, of all replicas that run. */
function cutOf(name: string, what: string, plans: readonly LinkPlan[], more: Pick<Fault, 'short' | 'mayBeLate'>): Fault {
  return {
    name: `cut-${name}`, what: `the connections ${what} are cut for 10 s (short form: 4 s)`, seconds: 10, lasts: 'cutMs', ...more,
    strike: (site, mending, { cutMs }) => cutFor(cutMs, plans, site, mending),
  }
}

export const cuts: readonly Fault[] = [
  cutOf('ingest-broker', 'between ingest and broker', [plan('ingest-0', 'broker'), plan('ingest-1', 'broker')], { short: true, mayBeLate: false }),
  cutOf('ledger-broker', 'between ledger and broker', [plan('ledger-0', 'broker'), plan('ledger-1', 'broker')], { short: false, mayBeLate: true }),
  cutOf('ledger-database', 'between ledger and database', [plan('ledger-0', 'database'), plan('ledger-1', 'database')], { short: false, mayBeLate: true }),
  cutOf('auth-database', 'between auth and database', [plan('auth-0', 'database')], { short: false, mayBeLate: false }),
  cutOf('ledger-engines', 'between ledger and engine host', [plan('ledger-0', 'engines'), plan('ledger-1', 'engines')], { short: false, mayBeLate: true }),
  cutOf('edge-ingest', 'between edge and ingest', [plan('edge', 'ingest-0'), plan('edge', 'ingest-1')], { short: false, mayBeLate: false }),
]
