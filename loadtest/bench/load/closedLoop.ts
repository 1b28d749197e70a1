import { HttpConnection, type HttpResponse } from './httpConnection.ts'

/** Sends all requests over `inFlight` kept connections, each with one request under way. @returns the answers, in the order of the requests */
export function sendAll(port: number, requests: readonly Buffer[], inFlight: number): Promise<HttpResponse[]> {
  return inClosedLoop(port, requests.length, inFlight, (connection, at) => connection.send(requests[at] ?? Buffer.alloc(0)))
}

/**
 * Does `count` exchanges over `inFlight` kept connections, each with one exchange under way (closed model).
 * @param exchange one or more requests, one after the other, on a connection that is its own meanwhile; `at` from 0
 * @returns the answers, in the order of `at`
 */
export async function inClosedLoop<T>(port: number, count: number, inFlight: number, exchange: (connection: HttpConnection, at: number) => Promise<T>): Promise<T[]> {
  const connections = await Promise.all(Array.from({ length: inFlight }, () => HttpConnection.open(port)))
  const answers: T[] = []
  let next = 0
  const work = async (connection: HttpConnection): Promise<void> => {
    for (let at = next++; at < count; at = next++) answers[at] = await exchange(connection, at)
  }
  try {
    await Promise.all(connections.map(work))
    return answers
  } finally {
    for (const connection of connections) connection.close()
  }
}
