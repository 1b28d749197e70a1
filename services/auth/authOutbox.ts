import { Inject, Injectable, type LoggerService, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import type { NewId } from '@brume/config'
import { OutboxPublisher, controlEvent, type ControlData, type ControlTopic, type EventLog } from '@brume/event-log'
import { outboxRows, type Database, type Transaction } from '@brume/prisma'
import { DATABASE, EVENT_LOG, LOGGER, NEW_ID } from '@brume/runtime'

/** What other services must see of auth: written in the transaction that changes it, on the log soon after, also after a crash in between. */
@Injectable()
export class AuthOutbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: ReturnType<typeof outboxRows>
  private readonly publisher: OutboxPublisher

  constructor(@Inject(DATABASE) database: Database, @Inject(EVENT_LOG) log: EventLog, @Inject(NEW_ID) private readonly newId: NewId, @Inject(LOGGER) logger: LoggerService) {
    this.rows = outboxRows(database.prisma, 'authOutbox')
    this.publisher = new OutboxPublisher({ log, repository: this.rows, onError: (error) => logger.error(error, AuthOutbox.name) })
  }

  async add<Topic extends ControlTopic>(tx: Transaction, topic: Topic, data: ControlData<Topic>, time: Date): Promise<void> {
    await this.rows.add(tx, controlEvent(topic, data, { id: this.newId(), time: time.toISOString() }), time)
  }

  /** Call after the transaction: what it has added is published now. */
  wake(): void {
    this.publisher.wake()
  }

  /** What the last process left. */
  onApplicationBootstrap(): void {
    this.publisher.wake()
  }

  /** After the last request, before the log is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.publisher.close()
  }
}
