import { setTimeout as timer } from 'node:timers/promises'
import { Inject, Injectable, type LoggerService, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import type { NewId } from '@brume/config'
import { OutboxPublisher, controlEvent, type ControlData, type ControlTopic, type EventLog, type OutboxRepository } from '@brume/event-log'
import { outboxRows, type Database, type Transaction } from '@brume/prisma'
import { DATABASE, EVENT_LOG, LOGGER, NEW_ID } from '@brume/runtime'

/** Longest that a start waits for the log to take what the last process left. It goes on without: readiness then tells. */
const START_LIMIT_MS = 5_000

/** What other services must see of auth: written in the transaction that changes it, on the log soon after, also after a crash in between. */
@Injectable()
export class AuthOutbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: ReturnType<typeof outboxRows>
  private readonly publisher: OutboxPublisher
  private readonly emptied = Promise.withResolvers<void>()

  constructor(@Inject(DATABASE) database: Database, @Inject(EVENT_LOG) log: EventLog, @Inject(NEW_ID) private readonly newId: NewId, @Inject(LOGGER) logger: LoggerService) {
    this.rows = outboxRows(database, 'authOutbox')
    const repository: OutboxRepository = { publishNext: (limit, publish) => this.publishNext(limit, publish) }
    this.publisher = new OutboxPublisher({ log, repository, onError: (error) => logger.error(error, AuthOutbox.name) })
  }

  async add<Topic extends ControlTopic>(tx: Transaction, topic: Topic, data: ControlData<Topic>, time: Date): Promise<void> {
    await this.rows.add(tx, controlEvent(topic, data, { id: this.newId(), time: time.toISOString() }), time)
  }

  /** Call after the transaction: what it has added is published now. */
  wake(): void {
    this.publisher.wake()
  }

  /** The token key of a first start is on the log before tables look for its end, so that nobody who is ready refuses our tokens. */
  async onApplicationBootstrap(): Promise<void> {
    const waited = new AbortController()
    this.publisher.wake()
    await Promise.race([this.emptied.promise, timer(START_LIMIT_MS, undefined, { signal: waited.signal }).catch(() => undefined)])
    waited.abort()
  }

  /** After the last request, before the log is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.publisher.close()
  }

  private async publishNext(...next: Parameters<OutboxRepository['publishNext']>): Promise<number | undefined> {
    const published = await this.rows.publishNext(...next)
    if (published === 0) this.emptied.resolve()
    return published
  }
}
