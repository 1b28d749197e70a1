import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices'
import { BaseRpcContext, Server } from '@nestjs/microservices'
import { isObservable, lastValueFrom } from 'rxjs'
import { z } from 'zod'
import type { Consumer, EventLog, PartitionStatus, RecordBatch, Table } from './eventLog.ts'
import { EVENT_LOG_TRANSPORT } from './onBatch.ts'

/** What a group's own database says of its partitions, and what it does when one comes or goes. See `ConsumeOptions` for when each is called. */
export interface PartitionOwner {
  /** The next offset, as the database has it. */
  position(topic: string, partition: number): Promise<number>
  assigned?(topic: string, partition: number): Promise<void>
  revoked?(topic: string, partition: number): Promise<void>
}

export interface StrategyOptions {
  readonly log: EventLog
  /** Told of every failure of a handler, before the retry. */
  readonly onError: (error: unknown, where: { topic: string; partition: number }) => void
}

/** The second argument of a handler. */
export class EventLogContext extends BaseRpcContext<[RecordBatch]> {
  get topic(): string {
    return this.args[0].topic
  }

  get partition(): number {
    return this.args[0].partition
  }
}

export interface HandlerStatus extends PartitionStatus {
  readonly topic: string
  /** undefined in table mode */
  readonly group: string | undefined
}

interface Handler {
  readonly topic: string
  readonly callback: MessageHandler
  readonly mode: z.output<typeof handlerMode>
}

interface Following {
  readonly handler: Handler
  readonly consumer: Consumer
}

const handlerMode = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('table') }),
  z.object({ mode: z.literal('queue'), group: z.string().min(1), maxRecords: z.int().min(1).default(1_000), partitions: z.array(z.int().min(0)).readonly().optional() }),
])

/**
 * Serves the handlers of a Nest application from the event log, whichever log it is. Decorate them with `OnBatch`. Nest's own Kafka
 * server knows single messages only, commits by itself and would name a broker in every handler.
 */
export class EventLogStrategy extends Server implements CustomTransportStrategy {
  override transportId = EVENT_LOG_TRANSPORT
  /** Nest then leaves the failure of a handler to us instead of only logging it. */
  override readonly propagatesEventHandlerErrors = true
  private readonly options: StrategyOptions
  private readonly handlers: Handler[] = []
  private readonly owners = new Map<string, PartitionOwner>()
  private readonly following: Following[] = []
  private readonly listening = Promise.withResolvers<void>()

  constructor(options: StrategyOptions) {
    super()
    this.options = options
    // Whoever does not wait for it need not handle that a table was closed early.
    this.ready.catch(() => undefined)
  }

  /** All tables have reached the end that they saw at start: before that no request may be judged by them. */
  readonly ready: Promise<void> = this.listening.promise.then(() => Promise.all(this.tables().map((table) => table.ready))).then(() => undefined)

  /** Says where a group goes on, and what it does when it gets a partition. Register it when the module starts; until then the group's handlers wait and `onError` says why. */
  registerGroup(group: string, owner: PartitionOwner): void {
    this.owners.set(group, owner)
  }

  /** The base class chains handlers of one pattern into one call; here each has its own mode, position and retries. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const topic = String(pattern)
    if (!isEventHandler) throw new Error(`${topic}: the event log has no answers, use OnBatch instead of MessagePattern`)
    const mode = handlerMode.safeParse(extras)
    if (!mode.success) throw new Error(`${topic}: a handler needs { mode: 'table' } or { mode: 'queue', group }`)
    this.handlers.push({ topic, callback, mode: mode.data })
    this.messageHandlers.set(topic, callback)
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      for (const handler of this.handlers) this.following.push({ handler, consumer: this.follow(handler) })
    } catch (error) {
      return callback(error)
    }
    this.listening.resolve()
    callback()
  }

  /** Waits for the handlers that run. The log itself stays open: others may still append. */
  async close(): Promise<void> {
    await Promise.all(this.following.splice(0).map(({ consumer }) => consumer.close()))
  }

  handlerStatus(): HandlerStatus[] {
    return this.following.flatMap(({ handler: { topic, mode }, consumer }) =>
      consumer.status().map((status) => ({ ...status, topic, group: mode.mode === 'queue' ? mode.group : undefined })))
  }

  /** Nothing is emitted: failures go to `onError`, and `handlerStatus()` says where each partition stands. */
  on(): void {
    throw new Error('EventLogStrategy has no events; use onError and handlerStatus()')
  }

  // Nest declares it generic over what the caller expects; here there is one thing only.
  unwrap<T>(): T {
    return this.options.log as T
  }

  private follow(handler: Handler): Consumer {
    const { topic, mode } = handler
    const onBatch = (batch: RecordBatch): Promise<void> => this.deliver(handler, batch)
    const onError = (error: unknown, partition: number): void => this.options.onError(error, { topic, partition })
    if (mode.mode === 'table') return this.options.log.table({ topic, onBatch, onError })
    return this.options.log.consume({
      ...mode,
      topic,
      assigned: async (partition) => this.ownerOf(mode.group).assigned?.(topic, partition),
      revoked: async (partition) => this.owners.get(mode.group)?.revoked?.(topic, partition),
      position: async (partition) => this.ownerOf(mode.group).position(topic, partition),
      onBatch,
      onError,
    })
  }

  private ownerOf(group: string): PartitionOwner {
    const owner = this.owners.get(group)
    if (owner === undefined) throw new Error(`The group ${group} is not registered`)
    return owner
  }

  private async deliver({ callback }: Handler, batch: RecordBatch): Promise<void> {
    const result = await callback(batch, new EventLogContext([batch]))
    // Nest gives a failed handler back as a stream that errors.
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined })
  }

  private tables(): Table[] {
    return this.following.map(({ consumer }) => consumer).filter((consumer): consumer is Table => 'ready' in consumer)
  }
}
