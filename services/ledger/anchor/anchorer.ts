import { faultPoint, type Clock } from '@brume/config'
import type { StoredCheckpoint } from '../checkpoints/checkpoint.repository.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'
import { anchorCall, deployCall, openCall, recordCall } from './contractCalls.ts'
import { STANDING_STATES } from './transaction.lifecycle.ts'
import type { PlannedTransaction, TransactionRepository } from './transaction.repository.ts'
import type { WriterWallet } from './writerWallet.ts'

export interface WrittenChain {
  no: number
  origin: string
  writeMode: 'batched' | 'direct'
}

/** Records signed and stored at a time (direct chains). */
const RECORD_BATCH = 128
/** Open records at most: what the engine has not yet taken waits unsigned, in the ledger. */
const RECORD_WINDOW = 384

/** Plans the writer's transactions of one chain: nonce and raw bytes are stored before anything is broadcast. One plan at a time, because nonces count. */
export class Anchorer {
  private tail: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly chain: WrittenChain,
    private readonly contract: string,
    private readonly wallet: WriterWallet,
    private readonly transactions: TransactionRepository,
    private readonly reader: LedgerReader,
    private readonly clock: Clock,
  ) {}

  /** The contract and its registration: the first two nonces of the writer. Nothing to do where they are planned already. */
  planContract(): Promise<void> {
    return this.alone(async () => {
      if ((await this.transactions.nextNonce(this.chain.no)) > 0) return
      await this.store([
        { ...this.wallet.sign(0, deployCall(this.chain.writeMode)), purpose: 'deploy' },
        { ...this.wallet.sign(1, openCall(this.contract, this.chain.origin)), purpose: 'open' },
      ])
    })
  }

  /** @returns what was planned */
  planAnchor({ size, root }: StoredCheckpoint): Promise<PlannedTransaction[]> {
    return this.alone(async () => {
      const nonce = await this.transactions.nextNonce(this.chain.no)
      return this.store([{ ...this.wallet.sign(nonce, anchorCall(this.contract, this.chain.origin, size, root)), purpose: 'anchor', subject: size }])
    })
  }

  /** Plans records up to `size`, as far as the window allows. @returns what was planned */
  planRecords(size: number): Promise<PlannedTransaction[]> {
    return this.alone(async () => {
      const open = await this.transactions.countOpen(this.chain.no, 'record')
      const next = ((await this.transactions.lastSubject(this.chain.no, 'record', STANDING_STATES)) ?? -1) + 1
      const end = Math.min(size, next + Math.min(RECORD_BATCH, RECORD_WINDOW - open))
      if (end <= next) return []
      const firstNonce = await this.transactions.nextNonce(this.chain.no)
      const entries = await this.reader.entries(this.chain.no, next, end)
      return this.store(entries.map(({ index, envelope }, i) => ({
        ...this.wallet.sign(firstNonce + i, recordCall(this.contract, this.chain.origin, index, envelope)),
        purpose: 'record' as const,
        subject: index,
      })))
    })
  }

  private async store(planned: PlannedTransaction[]): Promise<PlannedTransaction[]> {
    await this.transactions.insert(this.chain.no, planned, new Date(this.clock.now()))
    faultPoint('anchor.after-store')
    return planned
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work)
    this.tail = result.catch(() => undefined)
    return result
  }
}
