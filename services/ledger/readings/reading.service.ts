import { rfc3339 } from '@brume/config'
import { parseEntry } from '@brume/envelope'
import { toPage, type Page, type PageQuery } from '@brume/http'
import { flagNames } from '@brume/proof'
import type { TransactionRepository } from '../anchor/transaction.repository.ts'
import type { Chain } from '../chains/chain.ts'
import { ledgerProblems } from '../problems.ts'
import type { LedgerReader, StoredEntry } from '../store/ledgerStore.ts'
import type { EntryResource } from './reading.dto.ts'

/** Entries of a ledger, one by one and in pages. */
export class ReadingService {
  constructor(private readonly reader: LedgerReader, private readonly transactions: TransactionRepository) {}

  async find(chain: Chain, leafHash: string): Promise<StoredEntry> {
    const entry = await this.reader.entryOfLeaf(chain.no, Buffer.from(leafHash, 'base64url'))
    if (!entry) throw ledgerProblems.problem('reading-not-found', `The ledger has no leaf ${leafHash}.`)
    return entry
  }

  async get(chain: Chain, leafHash: string): Promise<EntryResource> {
    return toResource(await this.find(chain, leafHash), await this.anchoredSize(chain))
  }

  async list(chain: Chain, query: PageQuery): Promise<Page<EntryResource>> {
    const start = startOf(query.after)
    const anchored = await this.anchoredSize(chain)
    const page = toPage(await this.reader.entries(chain.no, start, start + query.limit + 1), query, ({ index }) => String(index))
    return { ...page, items: page.items.map((entry) => toResource(entry, anchored)) }
  }

  /** Entries below this index are in a final block: covered by an anchor, or recorded themselves. */
  private async anchoredSize(chain: Chain): Promise<number> {
    const [purpose, more] = chain.writeMode === 'batched' ? ['anchor', 0] as const : ['record', 1] as const
    const last = await this.transactions.lastSubject(chain.no, purpose, ['final'])
    return last === undefined ? 0 : last + more
  }
}

/** A cursor holds the index of the last entry of the page before. */
function startOf(after: string | undefined): number {
  const index = after === undefined ? -1 : Number(after)
  return Number.isSafeInteger(index) && index >= -1 ? index + 1 : Number.MAX_SAFE_INTEGER
}

function toResource({ index, envelope, leafHash, flags, acceptedAtMs }: StoredEntry, anchored: number): EntryResource {
  const parsed = parseEntry(envelope)
  const device = parsed.ok && parsed.envelope.typ === 'brume-reading' ? { device: parsed.envelope.signer.deviceId } : {}
  return {
    leafHash: leafHash.toString('base64url'), index, typ: parsed.ok ? parsed.envelope.typ : 'unknown', ...device,
    envelope: envelope.toString('latin1'), flags: flagNames(flags), acceptedAt: rfc3339(acceptedAtMs), state: index < anchored ? 'anchored' : 'sequenced',
  }
}
