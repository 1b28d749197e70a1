import { HttpConnection, type HttpResponse } from './httpConnection.ts'
import { nowMs, pace } from './pacer.ts'

export interface Timing {
  /** From the time that was intended for sending to the whole answer, ms. */
  readonly latencyMs: number
  /** How late the generator itself sent, ms; part of `latencyMs`. */
  readonly lateMs: number
}

export type TimedAnswer = HttpResponse & Timing

const CONNECTIONS = 16
/** More requests under way than this: the server is far behind, and waiting times would only measure for how long. */
const MOST_CONNECTIONS = 1_024
const LEAD_MS = 500

/**
 * Does the work at a fixed rate, whether or not earlier work has been answered (open model): a server that stalls meets all that would have come
 * meanwhile, and every latency counts from the intended time.
 */
export async function atRate<T>(count: number, perSecond: number, work: (at: number) => Promise<T>): Promise<(T & Timing)[]> {
  const schedule = { startMs: nowMs() + LEAD_MS, intervalMs: 1_000 / perSecond, ticks: count }
  const answers: Promise<T & Timing>[] = []
  await pace(schedule, (tick) => void answers.push(settled(timed(schedule.startMs + tick * schedule.intervalMs, () => work(tick)))))
  return Promise.all(answers)
}

/**
 * Sends the requests at a fixed rate, see atRate.
 * @param onAnswer hears of every answer as it comes
 */
export async function sendAtRate(port: number, requests: readonly Buffer[], perSecond: number, onAnswer: (answer: HttpResponse) => void = () => undefined): Promise<TimedAnswer[]> {
  const connections = new ConnectionStack(port)
  try {
    await connections.open(CONNECTIONS)
    return await atRate(requests.length, perSecond, async (at) => {
      const answer = await connections.send(requests[at] ?? Buffer.alloc(0))
      onAnswer(answer)
      return answer
    })
  } finally {
    connections.close()
  }
}

async function timed<T>(intendedMs: number, work: () => Promise<T>): Promise<T & Timing> {
  const lateMs = nowMs() - intendedMs
  const answer = await work()
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
  #all: HttpConnection[] = []

  constructor(port: number) {
    this.#port = port
  }

  async open(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.#idle.push(await this.#another())
  }

  async send(request: Buffer): Promise<HttpResponse> {
    const connection = this.#takeIdle() ?? (await this.#another())
    const answer = await connection.send(request)
    this.#idle.push(connection)
    return answer
  }

  close(): void {
    for (const connection of this.#all) connection.close()
  }

  /** The one that was used last: the others grow old, and may have been closed. */
  #takeIdle(): HttpConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined || connection.isOpen) return connection
      this.#all = this.#all.filter((one) => one !== connection)
    }
  }

  async #another(): Promise<HttpConnection> {
    if (this.#all.length >= MOST_CONNECTIONS) throw new Error(`more than ${MOST_CONNECTIONS} requests are under way: the server does not keep up`)
    const connection = await HttpConnection.open(this.#port)
    this.#all.push(connection)
    return connection
  }
}
