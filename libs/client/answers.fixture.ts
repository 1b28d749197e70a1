import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Prepared {
  readonly status: number
  readonly type?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** A real HTTP server whose answers the test decides; `undefined` cuts the connection. */
export async function answering(answer: (seen: Seen, at: number) => Prepared | undefined | Promise<Prepared | undefined>) {
  const seen: Seen[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString() })
    const prepared = await answer(seen.at(-1) as Seen, seen.length - 1) // pushed in the line before
    if (!prepared) return void request.socket.destroy()
    const { status, type = status < 400 ? 'application/json' : 'application/problem+json', headers = {}, body } = prepared
    response.writeHead(status, { 'content-type': type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Of a TCP server that listens it is an AddressInfo (node:net).
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: async () => { server.closeAllConnections(); await new Promise((resolve) => server.close(resolve)) } }
}

export const problem = (status: number, code: string, more: Record<string, unknown> = {}): Prepared => ({ status, body: { ...more, type: `/problems/${code}`, title: code, status } })
