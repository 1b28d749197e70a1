import { HttpConnection, type HttpResponse } from './httpConnection.ts'

/** Sends all requests over `inFlight` kept connections, each with one request under way. @returns the answers, in the order of the requests */
export async function sendAll(port: number, requests: readonly Buffer[], inFlight: number): Promise<HttpResponse[]> {
  const connections = await Promise.all(Array.from({ length: inFlight }, () => HttpConnection.open(port)))
  const answers: HttpResponse[] = []
  let next = 0
  const work = async (connection: HttpConnection): Promise<void> => {
    for (let at = next++; ; at = next++) {
      const request = requests[at]
      if (request === undefined) return
      answers[at] = await connection.send(request)
    }
  }
  try {
    await Promise.all(connections.map(work))
    return answers
  } finally {
    for (const connection of connections) connection.close()
  }
}
