import type { Metrics } from '@brume/observability'
import type { StoredTransaction } from '../anchor/transaction.repository.ts'
import type { Chain } from '../chains/chain.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'

/** The steps checkpoint, anchor and final: how long readings wait for their anchor, and which came after the time that their promise gave. */
export class AnchorMetrics {
  private readonly publishing
  private readonly finality
  private readonly delay
  private readonly readings
  private readonly late
  private readonly reachedSize = new Map<number, number>()

  constructor(metrics: Metrics, private readonly reader: LedgerReader) {
    this.publishing = metrics.stepHistogram('checkpoint', 'publish', 'seconds', { help: 'Signing and storing one checkpoint' })
    this.finality = metrics.stepHistogram('final', 'delay', 'seconds', { help: 'From the stored transaction until its receipt is final and stored', labels: ['mode'] })
    this.delay = metrics.stepHistogram('anchor', 'delay', 'seconds', { help: 'From acceptance of the oldest reading of an anchor until it is final', labels: ['mode'] })
    this.readings = metrics.stepHistogram('anchor', 'covered', 'readings', { help: 'Entries that one final anchor covers', labels: ['mode'] })
    this.late = metrics.counter('anchor', 'late_readings', { help: 'Readings anchored after the anchorBy of their promise' })
  }

  checkpoint(durationMs: number): void {
    this.publishing.observe(durationMs / 1000)
  }

  async final(chain: Chain, { purpose, subject, createdAt }: StoredTransaction, nowMs: number): Promise<void> {
    this.finality.observe({ mode: chain.writeMode }, Math.max(0, nowMs - createdAt.getTime()) / 1000)
    if (subject === null || (purpose !== 'anchor' && purpose !== 'record')) return
    const end = purpose === 'anchor' ? subject : subject + 1
    const start = purpose === 'record' ? subject : (this.reachedSize.get(chain.no) ?? Math.max(0, end - 1))
    this.reachedSize.set(chain.no, end)
    const oldest = await this.reader.entryAt(chain.no, start)
    if (oldest) this.delay.observe({ mode: chain.writeMode }, Math.max(0, nowMs - oldest.acceptedAtMs) / 1000)
    this.readings.observe({ mode: chain.writeMode }, end - start)
    this.late.inc(await this.reader.acceptedBefore(chain.no, start, end, nowMs - chain.anchoring.maxDelayMs - chain.anchoring.slackMs))
  }
}
