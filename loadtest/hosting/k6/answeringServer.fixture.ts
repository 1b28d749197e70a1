import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'

export type Answering = (response: ServerResponse, at: number) => void

const FAST_TIMING = 'parse;dur=0.100, verify;dur=0.200, append;dur=0.300, promise;dur=0.050, total;dur=0.700'

/** Takes readings as ingest does, and answers as the test says. `at`: how many came before. */
export class AnsweringServer implements AsyncDisposable {
  readings = 0
  readonly traceparents: string[] = []
  /** Bodies of readings. */
  readonly bodies: string[] = []
  /** By what came first over each. */
  readonly connections: { readonly firstPath: string | undefined }[] = []
  readonly #server: Server

  private constructor(answering: Answering) {
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#sawPath(request.socket, request.url)
      if (request.method !== 'POST') return void response.end()
      this.traceparents.push(String(request.headers['traceparent']))
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        this.bodies.push(Buffer.concat(chunks).toString())
        answering(response, this.readings++)
      })
    })
  }

  static async start(answering: Answering): Promise<AnsweringServer> {
    const server = new AnsweringServer(answering)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  readonly #seen = new WeakSet<object>()

  #sawPath(socket: object, path: string | undefined): void {
    if (this.#seen.has(socket)) return
    this.#seen.add(socket)
    this.connections.push({ firstPath: path })
  }
}

export function accept(response: ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json', 'server-timing': FAST_TIMING }).end('{"leafHash":"x"}')
}

export function refuse(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ type, title: 'no', status }))
}
