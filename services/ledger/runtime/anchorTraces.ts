import { spanOf, type StepSpan } from '@brume/observability'
import type { Evidence, StoredTransaction } from '../anchor/transaction.repository.ts'
import type { Chain } from '../chains/chain.ts'
import type { TracedEntry, TracedRun } from '../sequence/tracedRun.ts'

/** About 100 KB. One that comes above is not traced any further. */
const MOST_WAITING = 1_024

/** One moment of an anchor: `broadcast` when its bytes go out to the engine, `included` when it is seen in a block. */
type Moment = 'broadcast' | 'included'

/** Planned just now, or read from the database. */
interface WriterTransaction extends Pick<StoredTransaction, 'nonce' | 'purpose'> {
  readonly subject?: number | null
}

interface Anchoring {
  readonly span: StepSpan
  /** A transaction can be sent, and looked for, more than once: the first time counts. */
  readonly told: Set<Moment>
}

/**
 * One span `anchor` for each transaction that anchors something traced, from planned to final. On a batched chain it goes on from the batches that the
 * checkpoint covers; on a direct chain from the append of the one reading that the transaction records, so that this reading's own transaction is timed.
 * Memory only, and bounded: a restart or a flood loses spans, never more.
 */
export class AnchorTraces {
  /** By rising index: those that no planned transaction covers yet. */
  private readonly waiting: TracedEntry[] = []
  /** By nonce. */
  private readonly open = new Map<number, Anchoring>()

  constructor(private readonly chain: Pick<Chain, 'id' | 'writeMode'>) {}

  sequenced({ entries, sequenced }: TracedRun): void {
    // One transaction of the database has them all, so no checkpoint comes between them: the last one stands for the batch.
    const steps = this.chain.writeMode === 'direct' ? entries : entries.slice(-1).map(({ index }) => ({ index, traceparent: sequenced }))
    this.waiting.push(...steps.slice(0, MOST_WAITING - this.waiting.length))
  }

  /** Nonce and bytes are stored; by rising nonce. */
  planned(transactions: readonly WriterTransaction[]): void {
    if (this.waiting.length === 0) return
    for (const { nonce, purpose, subject } of transactions) {
      if (subject === undefined || subject === null) continue
      const from = this.takeBelow(purpose === 'record' ? subject + 1 : subject)
      if (from.length > 0) this.open.set(nonce, { span: spanOf('anchor', { from, attributes: { 'brume.chain': this.chain.id } }), told: new Set() })
    }
  }

  /** A pump at work may find what was stored before whoever planned it has told. */
  broadcast(transactions: readonly WriterTransaction[]): void {
    this.planned(transactions)
    this.tell('broadcast', transactions)
  }

  included(transactions: readonly Pick<StoredTransaction, 'nonce'>[]): void {
    this.tell('included', transactions)
  }

  /** The evidence is stored. */
  final(evidence: readonly Pick<Evidence, 'nonce' | 'succeeded'>[]): void {
    if (this.open.size === 0) return
    for (const { nonce, succeeded } of evidence) {
      this.open.get(nonce)?.span.end(succeeded ? undefined : new TransactionReverted())
      this.open.delete(nonce)
    }
  }

  private takeBelow(end: number): string[] {
    const others = this.waiting.findIndex(({ index }) => index >= end)
    return this.waiting.splice(0, others < 0 ? this.waiting.length : others).map(({ traceparent }) => traceparent)
  }

  private tell(moment: Moment, transactions: readonly Pick<StoredTransaction, 'nonce'>[]): void {
    if (this.open.size === 0) return
    for (const { nonce } of transactions) {
      const anchoring = this.open.get(nonce)
      if (anchoring === undefined || anchoring.told.has(moment)) continue
      anchoring.told.add(moment)
      anchoring.span.event(moment)
    }
  }
}

/** Mined, and the contract refused it: its readings are not anchored. */
class TransactionReverted extends Error {
  override name = 'TransactionReverted'
}
