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
  acceptedAtMs(index: number): number
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
    if (this.stopped || this.working) return
    const waitMs = this.dueInMs()
    if (waitMs === undefined) return
    if (waitMs <= 0) this.publishNow()
    else this.timer = setTimeout(() => this.wake(), waitMs)
  }

  /** Publishes what waits without waiting until it is due: the chain is about to stop. */
  flush(): void {
    if (!this.stopped && !this.working && this.dueInMs() !== undefined) this.publishNow()
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.working
  }

  private dueInMs(): number | undefined {
    const { size } = this.ledger.head()
    const waiting = size - this.publishedSize
    if (waiting <= 0 || !this.ledger.mayPublish()) return undefined
    const { maxReadings, maxDelayMs } = this.ledger.anchoring
    return waiting >= maxReadings ? 0 : this.ledger.acceptedAtMs(this.publishedSize) + maxDelayMs - this.clock.now()
  }

  private publishNow(): void {
    this.working = this.publish()
      .then(() => 0, (error: unknown) => {
        this.ledger.trouble(error)
        return RETRY_MS
      })
      .then((waitMs) => {
        this.working = undefined
        if (waitMs === 0) this.wake()
        else if (!this.stopped) this.timer = setTimeout(() => this.wake(), waitMs)
      })
  }

  private async publish(): Promise<void> {
    const { chainNo, chainId, origin, signer } = this.ledger
    const startMs = performance.now()
    const { size, root } = this.ledger.head()
    const note = await signCheckpoint({ origin, size, root }, signer)
    await this.checkpoints.store(chainNo, { size, root, note }, new Date(this.clock.now()))
    faultPoint('checkpoint.after-store')
    this.witness.remember(chainId, note)
    this.ledger.took(performance.now() - startMs)
    await this.ledger.published({ size, root, note })
    this.publishedSize = size
  }
}
