import { faultPoint, type Clock } from '@brume/config'
import type { ChainRpc } from './chainRpc.ts'
import { gatherEvidence } from './evidence.ts'
import type { Evidence, StoredTransaction, TransactionRepository } from './transaction.repository.ts'

/** Transactions of one chain worked on at a time: bounds memory and what the engine has to queue. */
const WINDOW = 384
const POLL_MS = 25
/** A transaction that the engine took and has not mined for so long may be lost with the engine: the same bytes are sent again. */
const RESEND_AFTER_MS = 3_000
const RETRY_MIN_MS = 100
const RETRY_MAX_MS = 5_000

export interface PumpEvents {
  /** Their bytes go out to the engine, perhaps again. */
  broadcast(transactions: readonly StoredTransaction[]): void
  /** The engine has them in blocks; may be told again. */
  included(transactions: readonly StoredTransaction[]): void
  /** These are final now; the evidence is stored. */
  finalized(transactions: StoredTransaction[], evidence: Evidence[]): void
  /** The engine did not do what was asked; the pump tries again. */
  trouble(error: unknown): void
}

/**
 * Brings stored transactions of one chain to their end: broadcast, look for the receipt, store the evidence. After a crash it sends
 * the same bytes again. It works while there is something open and sleeps until `wake` otherwise.
 */
export class TransactionPump {
  private running: Promise<void> | undefined
  private stopped = false
  private again = false
  private interrupt: () => void = () => {}
  private readonly sentAtMs = new Map<number, number>()

  constructor(
    private readonly chain: { readonly no: number; readonly writerAddress: string },
    private readonly transactions: TransactionRepository,
    private readonly rpc: () => Promise<ChainRpc>,
    private readonly clock: Clock,
    private readonly events: PumpEvents,
  ) {}

  wake(): void {
    if (this.stopped) return
    this.again = true
    this.running ??= this.run().finally(() => {
      this.running = undefined
      if (this.again) this.wake()
    })
  }

  /** The engine was started anew, or lost blocks: what it had may be gone. */
  sendAgain(): void {
    this.sentAtMs.clear()
    this.wake()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.again = false
    this.interrupt()
    await this.running
  }

  private async run(): Promise<void> {
    let retryMs = RETRY_MIN_MS
    while (!this.stopped) {
      this.again = false
      try {
        const progress = await this.round()
        if (progress === 'nothing open') return
        retryMs = RETRY_MIN_MS
        if (progress === 'waiting') await this.sleep(POLL_MS)
      } catch (error) {
        this.events.trouble(error)
        await this.sleep(retryMs)
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS)
      }
    }
  }

  /** Sends what is new while it collects what is mined: the engine need not wait for us, nor we for it. */
  private async round(): Promise<'nothing open' | 'moved' | 'waiting'> {
    const open = await this.transactions.open(this.chain.no, WINDOW)
    if (open.length === 0) return 'nothing open'
    const rpc = await this.rpc()
    const [, collected] = await Promise.all([this.broadcast(rpc, open), this.collect(rpc, open)])
    return collected > 0 ? 'moved' : 'waiting'
  }

  /** What this process has not broadcast, or so long ago that it may be lost with an engine. After a restart everything open is sent again. */
  private async broadcast(rpc: ChainRpc, open: StoredTransaction[]): Promise<void> {
    const nowMs = this.clock.now()
    const unsent = open.filter(({ nonce }) => nowMs - (this.sentAtMs.get(nonce) ?? 0) > RESEND_AFTER_MS)
    if (unsent.length === 0) return
    this.events.broadcast(unsent) // before: an engine that mines at once answers when the block is made
    await rpc.sendRaw(unsent.map(({ raw }) => raw))
    faultPoint('anchor.after-broadcast')
    for (const { nonce } of unsent) this.sentAtMs.set(nonce, nowMs)
  }

  private async collect(rpc: ChainRpc, open: StoredTransaction[]): Promise<number> {
    const mined = await rpc.transactionCount(this.chain.writerAddress) // a writer's transactions are mined in the order of their nonces
    const included = open.filter(({ nonce }) => nonce < mined)
    this.events.included(included)
    const evidence = await gatherEvidence(rpc, included)
    if (evidence.length === 0) return 0
    faultPoint('final.before-commit')
    await this.transactions.finalize(this.chain.no, evidence, new Date(this.clock.now()))
    faultPoint('final.after-commit')
    const final = new Set(evidence.map(({ nonce }) => nonce))
    for (const nonce of final) this.sentAtMs.delete(nonce)
    this.events.finalized(open.filter(({ nonce }) => final.has(nonce)), evidence)
    return evidence.length
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
