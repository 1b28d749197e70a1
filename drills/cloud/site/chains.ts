import type { PoolDevice } from '@brume/testing'
import type { Site } from '../../site.ts'
import { LedgerFollower, type ReadEntries } from '../account/ledgerFollower.ts'

/** One chain of the drill, followed from outside. */
export interface DrillChain {
  readonly id: string
  readonly mode: 'batched' | 'direct'
  readonly follower: LedgerFollower
}

/** A promise gives so long from the log's append time to the anchor. */
const ANCHORING = { maxDelayMs: 500, maxReadings: 100, slackMs: 10_000 }
const PAGE = 1_000
/** Short: what an unanswered look sees late would count as late. The next one goes to another replica. */
const READ_LIMIT_MS = 2_000

export async function newChain(api: Site, mode: DrillChain['mode']): Promise<DrillChain> {
  const id = await api.chain(mode, ANCHORING)
  return { id, mode, follower: new LedgerFollower(id, entriesOf(api, id)) }
}

export async function newDevice(api: Site, chain: string): Promise<PoolDevice> {
  const { id, privateJwk } = await api.device(chain)
  return { chain, device: id, privateJwk }
}

/** For a second look that believes nothing of the first. */
export function freshFollower(api: Site, { id }: DrillChain): LedgerFollower {
  return new LedgerFollower(id, entriesOf(api, id))
}

function entriesOf(api: Site, chain: string): ReadEntries {
  return async (from) => {
    // A cursor holds the index of the last entry of the page before (libs/http/page.ts).
    const cursor = from === 0 ? '' : `&cursor=${Buffer.from(String(from - 1)).toString('base64url')}`
    const { status, body } = await api.request('GET', `/v1/chains/${chain}/readings?limit=${PAGE}${cursor}`, undefined, READ_LIMIT_MS)
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body).slice(0, 300)}`)
    return { entries: body.items, more: body.next !== null }
  }
}
