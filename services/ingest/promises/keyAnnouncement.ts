import { OutboxPublisher, type EventLog, type OutboxRepository } from '@brume/event-log'

export interface KeyAnnouncementDeps {
  readonly log: EventLog
  readonly repository: OutboxRepository
  readonly onError: (error: unknown) => void
}

/** Publishes ingest's key through its outbox. A promise that nobody can check must not leave, so the first one waits for this. */
export class KeyAnnouncement {
  private readonly outbox: OutboxPublisher
  private readonly published = Promise.withResolvers<void>()
  private isDone = false

  constructor({ log, repository, onError }: KeyAnnouncementDeps) {
    const publishNext: OutboxRepository['publishNext'] = async (limit, publish) => {
      const published = await repository.publishNext(limit, publish)
      // The outbox looks again after each batch: no row left means that the log has them all, whichever replica put them there.
      if (published === 0) this.settle()
      return published
    }
    this.outbox = new OutboxPublisher({ log, onError, repository: { publishNext } })
  }

  get done(): boolean {
    return this.isDone
  }

  /** Starts publishing. @returns once it is done, or after `limitMs`: it goes on trying then, and {@link done} says when. */
  async start(limitMs: number): Promise<void> {
    this.outbox.wake()
    const { promise: limit, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, limitMs)
    await Promise.race([this.published.promise, limit])
    clearTimeout(timer)
  }

  close(): Promise<void> {
    return this.outbox.close()
  }

  private settle(): void {
    this.isDone = true
    this.published.resolve()
  }
}
