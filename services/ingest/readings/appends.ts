import type { EventLog } from '@brume/event-log'
import type { ChainAppend } from './chainAppend.ts'
import type { KnownChain } from './recognition.ts'

/** The appends that are under way: whoever sends the same reading meanwhile waits for the one that has it. */
export class Appends {
  private readonly running = new Set<ChainAppend>()

  constructor(private readonly log: EventLog) {}

  /** Registered at once, so that a reading later in the same request finds it too. */
  register(append: ChainAppend): void {
    this.running.add(append)
  }

  async run(append: ChainAppend, traceparent: string | undefined): Promise<void> {
    await append.run(this.log, traceparent)
    this.running.delete(append)
  }

  of(chain: KnownChain, ticket: number): ChainAppend | undefined {
    for (const append of this.running) if (append.covers(chain, ticket)) return append
    return undefined
  }
}
