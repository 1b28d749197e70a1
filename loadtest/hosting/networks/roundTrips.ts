import { Agent, request, type IncomingMessage } from 'node:http'
import { median } from '../../bench/statistics.ts'

/** Longest that one may take. */
const LIMIT_MS = 10_000
/** The first ones meet a connection, a cache and compiled code that are not there yet. */
const WARM_UP = 5

/** Median of so many requests, one after the other over one kept-open connection, ms. @throws if one is not answered with 2xx, or the connection is not kept */
export async function medianRoundTripMs(url: string, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    for (let sent = 0; sent < WARM_UP; sent++) await roundTripMs(url, agent, sent > 0)
    const takenMs: number[] = []
    for (let sent = 0; sent < count; sent++) takenMs.push(await roundTripMs(url, agent, true))
    return median(takenMs)
  } finally {
    agent.destroy()
  }
}

async function roundTripMs(url: string, agent: Agent, kept: boolean): Promise<number> {
  const startMs = performance.now()
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { agent, signal: AbortSignal.timeout(LIMIT_MS) }, (answer) => read(answer).then(resolve, reject)).once('error', reject)
    sent.once('socket', () => kept && !sent.reusedSocket && reject(new Error(`${url} does not keep its connection`)))
    sent.end()
  })
  return performance.now() - startMs
}

function read(answer: IncomingMessage): Promise<void> {
  const { statusCode = 0 } = answer
  return new Promise((resolve, reject) => {
    answer.once('error', reject).once('end', () => (statusCode >= 200 && statusCode < 300 ? resolve() : reject(new Error(`answered with ${statusCode}`)))).resume()
  })
}
