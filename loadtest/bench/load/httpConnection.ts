import { connect, type Socket } from 'node:net'

export interface HttpResponse {
  readonly status: number
  readonly body: Buffer
}

interface Exchange {
  resolve(response: HttpResponse): void
  reject(error: unknown): void
  readonly limit: NodeJS.Timeout
}

const ANSWER_LIMIT_MS = 30_000
const HEAD_END = '\r\n\r\n'

/**
 * One kept connection, one request at a time, on a bare socket. `fetch` and node:http cost the generator 100 µs and more per exchange, which
 * the server on the same two cores would lack. Understands only answers with a Content-Length, as the platform's are.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received: Buffer[] = []
  #receivedBytes = 0
  #wantedBytes: number | undefined
  #exchange: Exchange | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (part: Buffer) => this.#take(part))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new HttpConnection(socket)
  }

  /** False once the server, or a limit of the proxy before it for idle connections, has ended it. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  send(request: Buffer): Promise<HttpResponse> {
    if (this.#exchange) throw new Error('one request at a time')
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#fail(new Error(`no answer within ${ANSWER_LIMIT_MS / 1_000} s`)), ANSWER_LIMIT_MS)
      this.#exchange = { resolve, reject, limit }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(part: Buffer): void {
    this.#received.push(part)
    this.#receivedBytes += part.length
    try {
      this.#wantedBytes ??= this.#lengthOfAnswer()
    } catch (error) {
      return this.#fail(error)
    }
    if (this.#wantedBytes !== undefined && this.#receivedBytes >= this.#wantedBytes) this.#finish()
  }

  /** Head and body, once the head is there. */
  #lengthOfAnswer(): number | undefined {
    const head = Buffer.concat(this.#received)
    const end = head.indexOf(HEAD_END)
    if (end < 0) return undefined
    const length = /^content-length: (\d+)$/im.exec(head.toString('latin1', 0, end))?.[1]
    if (length === undefined) throw new Error('an answer without Content-Length')
    return end + HEAD_END.length + Number(length)
  }

  #finish(): void {
    const answer = Buffer.concat(this.#received)
    this.#received = []
    this.#receivedBytes = 0
    this.#wantedBytes = undefined
    const status = Number(answer.toString('latin1', 'HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3))
    this.#end()?.resolve({ status, body: answer.subarray(answer.indexOf(HEAD_END) + HEAD_END.length) })
  }

  #fail(error: unknown): void {
    this.#socket.destroy()
    this.#end()?.reject(error)
  }

  #end(): Exchange | undefined {
    const exchange = this.#exchange
    this.#exchange = undefined
    clearTimeout(exchange?.limit)
    return exchange
  }
}
