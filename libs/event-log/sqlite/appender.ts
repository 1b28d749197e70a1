import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Clock } from '@brume/config'
import { EventLogBusy, EventLogFull, EventLogUnavailable } from '../errors.ts'
import type { Appended } from '../eventLog.ts'
import type { AppendCall, AppendWorkerData, FromWorker, ToWorker } from './appendProtocol.ts'

export interface AppenderOptions extends AppendWorkerData {
  readonly clock: Clock
  /** Bytes that wait for the disk, those in flight included. */
  readonly maxQueueBytes: number
  /** Called for each append once it is durable, before its promise resolves. */
  readonly onCommitted: (topic: string, partition: number) => void
}

interface Waiting {
  readonly call: AppendCall
  readonly bytes: number
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: Error) => void
}

interface Flight {
  readonly timeMs: number
  readonly waiting: readonly Waiting[]
}

/**
 * Group commit: one group is with the worker, what arrives meanwhile is the next group. So an fsync is shared by all who wait for it, and nobody
 * waits for more than two.
 */
export class Appender {
  private readonly worker: Worker
  private readonly options: AppenderOptions
  private queue: Waiting[] = []
  private queuedBytes = 0
  private flight: Flight | undefined
  private flushing = false
  private refusal: string | undefined
  private drained: (() => void) | undefined

  private constructor(worker: Worker, options: AppenderOptions) {
    this.worker = worker
    this.options = options
    worker.on('message', (message: FromWorker) => this.onAnswer(message))
    worker.on('error', (error) => this.breakDown(error.message))
    worker.on('exit', () => this.breakDown('its thread has ended'))
  }

  /** Rejects with the error of the worker when the file cannot be used. */
  static async open(options: AppenderOptions): Promise<Appender> {
    const worker = startWorker({ path: options.path, maxPages: options.maxPages })
    await once(worker, 'message')
    return new Appender(worker, options)
  }

  async append(call: AppendCall): Promise<Appended> {
    const bytes = call.rows.reduce((sum, row) => sum + row.body.length, 0)
    this.check()
    if (bytes > this.options.maxQueueBytes) throw new RangeError(`${bytes} bytes in one append; the queue holds ${this.options.maxQueueBytes}`)
    if (this.queuedBytes + bytes > this.options.maxQueueBytes) throw new EventLogBusy(`${this.queuedBytes} bytes wait for the disk`)
    return new Promise((resolve, reject) => this.enqueue({ call, bytes, resolve, reject }))
  }

  /** @throws EventLogUnavailable when nothing can be appended any more */
  check(): void {
    if (this.refusal !== undefined) throw new EventLogUnavailable(`The event log takes nothing: ${this.refusal}`)
  }

  /** Everything that was taken becomes durable first. */
  async close(): Promise<void> {
    if (this.refusal !== undefined) return
    this.refusal = 'it is closed'
    if (this.queuedBytes > 0) await new Promise<void>((resolve) => (this.drained = resolve))
    const exit = once(this.worker, 'exit')
    this.send('close')
    await exit
  }

  private enqueue(waiting: Waiting): void {
    this.queue.push(waiting)
    this.queuedBytes += waiting.bytes
    if (this.flight !== undefined || this.flushing) return
    this.flushing = true
    // After the requests that this turn of the event loop has brought: they share the fsync.
    setImmediate(() => this.flush())
  }

  private flush(): void {
    this.flushing = false
    if (this.queue.length === 0) return
    this.flight = { timeMs: this.options.clock.now(), waiting: this.queue }
    this.queue = []
    const calls = this.flight.waiting.map(({ call }) => call)
    this.send({ timeMs: this.flight.timeMs, calls }, calls.flatMap(({ rows }) => rows.map((row) => row.body.buffer)))
  }

  private send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer)
  }

  private onAnswer(message: FromWorker): void {
    const flight = this.flight
    if (flight === undefined || message.what === 'open') return
    this.flight = undefined
    this.queuedBytes -= flight.waiting.reduce((sum, { bytes }) => sum + bytes, 0)
    if (message.what === 'committed') this.acknowledge(flight, message.firstOffsets)
    else refuse(flight.waiting, refusalOf(message.code, message.message))
    this.flush()
    if (this.queuedBytes === 0) this.drained?.()
  }

  private acknowledge({ timeMs, waiting }: Flight, firstOffsets: readonly number[]): void {
    for (const [i, { call, resolve, reject }] of waiting.entries()) {
      const firstOffset = firstOffsets[i]
      if (firstOffset === undefined) reject(new EventLogUnavailable('The append worker answered for fewer calls than it was given'))
      else {
        this.options.onCommitted(call.topic, call.partition)
        resolve({ firstOffset, timeMs })
      }
    }
  }

  /** Whether the group in flight is stored is not known any more. The process must be started again: readiness shows it. */
  private breakDown(reason: string): void {
    this.refusal ??= reason
    const lost = [...(this.flight?.waiting ?? []), ...this.queue]
    this.flight = undefined
    this.queue = []
    this.queuedBytes = 0
    refuse(lost, new EventLogUnavailable(`The append worker has failed: ${reason}`))
    this.drained?.()
  }
}

function refuse(waiting: readonly Waiting[], error: Error): void {
  for (const { reject } of waiting) reject(error)
}

function refusalOf(code: string, message: string): Error {
  if (code === 'SQLITE_FULL') return new EventLogFull('No space is left for the event log')
  if (code.startsWith('SQLITE_BUSY')) return new EventLogBusy('Another process holds the event log')
  return new EventLogUnavailable(`The event log cannot be written: ${message} (${code})`)
}

/** From sources (tests) the worker is TypeScript, whose types Node strips; from dist/ it is JavaScript. */
function startWorker(data: AppendWorkerData): Worker {
  const fromSource = import.meta.url.endsWith('.ts')
  const file = new URL(fromSource ? './appendWorker.ts' : './appendWorker.js', import.meta.url)
  return new Worker(file, { workerData: data, name: 'event-log-append', execArgv: fromSource ? ['--conditions=brume-source'] : [] })
}
