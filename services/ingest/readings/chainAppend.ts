import { faultPoint } from '@brume/config'
import { ENTRIES, type EventLog, type LogRecord } from '@brume/event-log'
import type { Problem } from '@brume/http'
import type { KnownChain } from './recognition.ts'
import type { RecentReadings } from './recentReadings.ts'
import { failureProblem } from './refusals.ts'

/** How an append ended: with the log's time, or with what the sender hears. */
export type AppendOutcome = { readonly ok: true; readonly acceptedAtMs: number } | { readonly ok: false; readonly problem: Problem }

/** The new readings of one request for one chain: they stand next to each other in the log, and stand or fall together. */
export class ChainAppend {
  /** Once `run` has ended. */
  outcome: AppendOutcome | undefined
  done: Promise<void> = Promise.resolve()
  private readonly records: LogRecord[] = []
  private readonly tickets: number[] = []

  constructor(readonly chain: KnownChain, private readonly recent: RecentReadings) {}

  add(envelope: Uint8Array, ticket: number): void {
    this.records.push({ key: this.chain.id, value: envelope })
    this.tickets.push(ticket)
  }

  /** Tickets of one request are given out in one go, so a range says whose a ticket of this chain is. */
  covers(chain: KnownChain, ticket: number): boolean {
    return chain === this.chain && ticket >= (this.tickets[0] ?? Infinity) && ticket <= (this.tickets.at(-1) ?? 0)
  }

  /** Never rejects: see `outcome`. */
  run(log: EventLog): Promise<void> {
    this.done = this.append(log).then((outcome) => void (this.outcome = outcome))
    return this.done
  }

  private async append(log: EventLog): Promise<AppendOutcome> {
    try {
      faultPoint('accept.before-append')
      const { timeMs } = await log.append(ENTRIES, this.chain.state.partition, this.records)
      faultPoint('append.before-answer')
      for (const ticket of this.tickets) this.recent.settle(ticket, timeMs)
      return { ok: true, acceptedAtMs: timeMs }
    } catch (error) {
      for (const ticket of this.tickets) this.recent.forget(ticket)
      return { ok: false, problem: failureProblem(error) }
    }
  }
}
