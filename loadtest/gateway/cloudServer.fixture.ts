import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

const echo: Answer = (stream) => {
  stream.respond({ ':status': 200 })
  stream.pipe(stream)
}

/** A real HTTP/2 server in place of the cloud's edge; it counts its connections. */
export class CloudServer implements AsyncDisposable {
  answer: Answer = echo
  /** Since it began. */
  connections = 0
  /** At this time, and the most at any. */
  streams = 0
  mostStreams = 0
  readonly port: number
  readonly #server: Http2Server
  readonly #sessions = new Set<ServerHttp2Session>()

  private constructor(server: Http2Server) {
    this.#server = server
    // Of a TCP server that listens it is an AddressInfo (node:net).
    this.port = (server.address() as AddressInfo).port
    server.on('connection', () => this.connections++)
    server.on('session', (session) => void this.#sessions.add(session.on('error', () => undefined).once('close', () => this.#sessions.delete(session))))
    server.on('stream', (stream, headers) => this.#take(stream, headers))
  }

  static async start(port = 0): Promise<CloudServer> {
    const server = createServer({ settings: { maxConcurrentStreams: 1_000 } })
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return new CloudServer(server)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Asks its clients to come again on another connection, and finishes what it has. */
  sendAway(): void {
    for (const session of this.#sessions) session.goaway()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const session of this.#sessions) session.destroy()
    await closed
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.mostStreams = Math.max(this.mostStreams, ++this.streams)
    stream.on('error', () => undefined).once('close', () => this.streams--)
    this.answer(stream, headers)
  }
}
