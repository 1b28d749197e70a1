import { HttpConnection, type HttpResponse } from './httpConnection.ts'
import { nowMs, pace } from './pacer.ts'

export interface TimedAnswer extends HttpResponse {
  /** From the time that was intended for sending to the whole answer, ms. */
  readonly latencyMs: number
  /** How late the generator itself sent, ms; part of `latencyMs`. */
  readonly lateMs: number
}

const CONNECTIONS = 16
/** More requests under way than this: the server is far behind, and waiting times would only measure for how long. */
const MOST_CONNECTIONS = 256
const LEAD_MS = 500

/**
 * Sends the requests at a fixed rate, whether or not earlier ones have been answered (open model): a server that stalls meets all that would
 * have come meanwhile, and every latency counts from the intended time.
 */
export async function sendAtRate(port: number, requests: readonly Buffer[], perSecond: number): Promise<TimedAnswer[]> {
  const connections = new ConnectionStack(port)
  await connections.open(CONNECTIONS)
  const schedule = { startMs: nowMs() + LEAD_MS, intervalMs: 1_000 / perSecond, ticks: requests.length }
  const answers: Promise<TimedAnswer>[] = []
  try {
    await pace(schedule, (tick) => {
      const request = requests[tick]
      if (request) answers.push(settled(sendOne(connections, request, schedule.startMs + tick * schedule.intervalMs)))
    })
    return await Promise.all(answers)
  } finally {
    connections.close()
  }
}

async function sendOne(connections: ConnectionStack, request: Buffer, intendedMs: number): Promise<TimedAnswer> {
  const connection = connections.take() ?? (await connections.another())
  const lateMs = nowMs() - intendedMs
  const answer = await connection.send(request)
  connections.give(connection)
  return { ...answer, latencyMs: nowMs() - intendedMs, lateMs }
}

/** A failure is told by Promise.all at the end; until then it must not count as unhandled. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

class ConnectionStack {
  readonly #port: number
  readonly #idle: HttpConnection[] = []
  readonly #all: HttpConnection[] = []

  constructor(port: number) {
    this.#port = port
  }

  async open(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.give(await this.another())
  }

  take(): HttpConnection | undefined {
    return this.#idle.pop()
  }

  give(connection: HttpConnection): void {
    this.#idle.push(connection)
  }

  async another(): Promise<HttpConnection> {
    if (this.#all.length >= MOST_CONNECTIONS) throw new Error(`more than ${MOST_CONNECTIONS} requests are under way: the server does not keep up`)
    const connection = await HttpConnection.open(this.#port)
    this.#all.push(connection)
    return connection
  }

  close(): void {
    for (const connection of this.#all) connection.close()
  }
}
