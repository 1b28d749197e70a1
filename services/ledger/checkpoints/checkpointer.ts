import { faultPoint, type Clock } from '@brume/config'
import { signCheckpoint, type NoteSigner } from '@brume/merkle'
import type { Anchoring } from '../chains/chain.ts'
import type { CheckpointRepository, StoredCheckpoint } from './checkpoint.repository.ts'
import type { CheckpointWitness } from './checkpointWitness.ts'

export interface CheckpointedLedger {
  chainNo: number
  chainId: string
  origin: string
  anchoring: Anchoring
  signer: NoteSigner
  /** Size and root of the tree as the last transaction left it. */
  head(): { size: number; root: Uint8Array }
  /** Append time of the entry at `index`, ms. */
  acceptedAtMs(index: number): Promise<number>
  /** False while the ledger is halted, or an anchor is still on its way: the next one then covers more. */
  mayPublish(): boolean
  /** The note is stored; what follows from it is the caller's. */
  published(checkpoint: StoredCheckpoint): Promise<void>
  /** One checkpoint was signed and stored. */
  took(durationMs: number): void
  trouble(error: unknown): void
}

const RETRY_MS = 1_000

/** Publishes a checkpoint once `maxReadings` entries wait for one, or the oldest has waited `maxDelayMs`. */
export class Checkpointer {
  private publishedSize = 0
  private timer: NodeJS.Timeout | undefined
  private working: Promise<void> | undefined
  private again = false
  /** Append time of the first entry that no checkpoint covers. */
  private oldest: { index: number; acceptedAtMs: number } | undefined
  private stopped = false

  constructor(
    private readonly ledger: CheckpointedLedger,
    private readonly checkpoints: CheckpointRepository,
    private readonly witness: CheckpointWitness,
    private readonly clock: Clock,
  ) {}

  /** @param publishedSize the tree size of the newest checkpoint that needs nothing more done */
  start(publishedSize: number): void {
    this.publishedSize = publishedSize
    this.wake()
  }

  /** Looks whether a checkpoint is due; called after every batch and when an anchor is final. */
  wake(): void {
    clearTimeout(this.timer)
    this.again = true
    if (this.stopped || this.working) return
    this.again = false
    this.work(async () => {
      const waitMs = await this.dueInMs()
      if (waitMs !== undefined && waitMs <= 0) await this.publish()
      return waitMs === undefined || waitMs <= 0 ? undefined : waitMs
    })
  }

  /** Publishes what waits without waiting until it is due: the chain is about to stop. */
  flush(): void {
    if (!this.stopped && !this.working && this.waiting() > 0) this.work(() => this.publish().then(() => undefined))
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.working
  }

  /** Entries that no checkpoint covers, as far as one may be published now. */
  private waiting(): number {
    return this.ledger.mayPublish() ? this.ledger.head().size - this.publishedSize : 0
  }

  private async dueInMs(): Promise<number | undefined> {
    const waiting = this.waiting()
    if (waiting <= 0) return undefined
    const { maxReadings, maxDelayMs } = this.ledger.anchoring
    return waiting >= maxReadings ? 0 : (await this.oldestAcceptedAtMs(this.publishedSize)) + maxDelayMs - this.clock.now()
  }

  private async oldestAcceptedAtMs(index: number): Promise<number> {
    if (this.oldest?.index !== index) this.oldest = { index, acceptedAtMs: await this.ledger.acceptedAtMs(index) }
    return this.oldest.acceptedAtMs
  }

  /** @param step gives the time after which to look again, if nothing happens before */
  private work(step: () => Promise<number | undefined>): void {
    this.working = step()
      .catch((error: unknown) => {
        this.ledger.trouble(error)
        return RETRY_MS
      })
      .then((waitMs) => {
        this.working = undefined
        if (this.again) this.wake()
        else if (waitMs !== undefined && !this.stopped) this.timer = setTimeout(() => this.wake(), waitMs)
      })
  }

  private async publish(): Promise<void> {
    const { chainNo, chainId, origin, signer } = this.ledger
    const startMs = performance.now()
    const { size, root } = this.ledger.head()
    const note = await signCheckpoint({ origin, size, root }, signer)
    await this.checkpoints.store(chainNo, { size, root, note }, new Date(this.clock.now()))
    faultPoint('checkpoint.after-store')
    await this.witness.remember(chainId, note)
    this.ledger.took(performance.now() - startMs)
    await this.ledger.published({ size, root, note })
    this.publishedSize = size
    this.again = true
  }
}
