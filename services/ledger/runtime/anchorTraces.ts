import { MOST_LINKS, spanOf, type StepSpan } from '@brume/observability'

/** Carries the traces of sequenced batches on to the anchor that covers them. Memory only, and bounded: a restart or a flood loses links, never more. */
export class AnchorTraces {
  private waiting: string[] = []
  private open: StepSpan | undefined

  constructor(private readonly chainId: string) {}

  sequenced(traceparent: string | undefined): void {
    if (traceparent !== undefined && this.waiting.length < MOST_LINKS) this.waiting.push(traceparent)
  }

  /** Transactions that anchor what was sequenced so far are stored; one span is open at a time. */
  planned(): void {
    if (this.open || this.waiting.length === 0) return
    this.open = spanOf('anchor', { from: this.waiting, attributes: { 'brume.chain': this.chainId } })
    this.waiting = []
  }

  /** They are in a final block. */
  final(): void {
    this.open?.end()
    this.open = undefined
  }
}
