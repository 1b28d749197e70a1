import { faultPoint } from '@brume/config'
import { ENTRIES, type Appended, type EventLog, type LogRecord } from '@brume/event-log'
import type { Problem } from '@brume/http'
import { spanOf, TRACEPARENT } from '@brume/observability'
import type { KnownChain } from './recognition.ts'
import type { RecentReadings } from './recentReadings.ts'
import { failureProblem } from './refusals.ts'

/** How an append ended: with the log's time, or with what the sender hears. */
export type AppendOutcome = { readonly ok: true; readonly acceptedAtMs: number; readonly firstOffset: number } | { readonly ok: false; readonly problem: Problem }

/** The new readings of one request for one chain: they stand next to each other in the log, and stand or fall together. */
export class ChainAppend {
  /** Once `run` has ended. */
  outcome: AppendOutcome | undefined
  done: Promise<void> = Promise.resolve()
  private readonly envelopes: Uint8Array[] = []
  private readonly tickets: number[] = []

  constructor(readonly chain: KnownChain, private readonly recent: RecentReadings) {}

  add(envelope: Uint8Array, ticket: number): void {
    this.envelopes.push(envelope)
    this.tickets.push(ticket)
  }

  /** Tickets of one request are given out in one go, so a range says whose a ticket of this chain is. */
  covers(chain: KnownChain, ticket: number): boolean {
    return chain === this.chain && ticket >= (this.tickets[0] ?? Infinity) && ticket <= (this.tickets.at(-1) ?? 0)
  }

  /** Never rejects: see `outcome`. `traceparent` is the request's. */
  run(log: EventLog, traceparent: string | undefined): Promise<void> {
    this.done = this.append(log, traceparent).then((outcome) => void (this.outcome = outcome))
    return this.done
  }

  private async append(log: EventLog, traceparent: string | undefined): Promise<AppendOutcome> {
    try {
      faultPoint('accept.before-append')
      const { timeMs, firstOffset } = await this.write(log, traceparent)
      faultPoint('append.before-answer')
      for (const ticket of this.tickets) this.recent.settle(ticket, timeMs)
      return { ok: true, acceptedAtMs: timeMs, firstOffset }
    } catch (error) {
      for (const ticket of this.tickets) this.recent.forget(ticket)
      return { ok: false, problem: failureProblem(error) }
    }
  }

  /** The span of the append travels with the records, so that whoever sequences and anchors them goes on in the same trace. */
  private async write(log: EventLog, from: string | undefined): Promise<Appended> {
    const { partition } = this.chain.state
    const attributes = { 'messaging.operation.name': 'send', 'messaging.destination.name': ENTRIES, 'messaging.destination.partition.id': String(partition), 'messaging.batch.message_count': this.envelopes.length, 'brume.chain': this.chain.id }
    const span = spanOf('append', { from: [from], attributes })
    try {
      const appended = await log.append(ENTRIES, partition, this.recordsOf(span.traceparent))
      span.end()
      return appended
    } catch (error) {
      span.end(error)
      throw error
    }
  }

  private recordsOf(traceparent: string | undefined): LogRecord[] {
    const headers = traceparent === undefined ? undefined : { [TRACEPARENT]: traceparent }
    return this.envelopes.map((value) => ({ key: this.chain.id, value, ...(headers && { headers }) }))
  }
}
