import { connect, type ClientHttp2Session, type ClientHttp2Stream, type ClientSessionRequestOptions, type OutgoingHttpHeaders } from 'node:http2'

export interface CloudConnectionOptions {
  readonly upstream: URL
  /** Longest that connecting may take. */
  readonly connectLimitMs?: number
  /** A peer that leaves a PING unanswered until the next one is gone. */
  readonly pingEveryMs?: number
  readonly firstPauseMs?: number
  readonly mostPauseMs?: number
}

/** MB. Node's default of 10 refuses new streams when some thousand wait for a slow cloud. */
const SESSION_MEMORY = 64
/** Bytes that the cloud may send before it hears of us again, per stream and for all of them: a far region would be held back by the 64 KiB of RFC 9113 section 6.9.2. */
const STREAM_WINDOW = 1_048_576
const SESSION_WINDOW = 16 * STREAM_WINDOW

/**
 * Exactly one connection to the cloud, kept open: HTTP/2 without TLS, by prior knowledge (RFC 9113 section 3.3). When it ends it is made again at once, and
 * after each failure a pause that doubles. A request is never sent twice.
 */
export class CloudConnection {
  readonly authority: string
  readonly #options: Required<CloudConnectionOptions>
  /** The one that is up, or on its way up. */
  #session: ClientHttp2Session | undefined
  /** Resolves once `#session` is up or has failed. */
  #settled: Promise<void> = Promise.resolve()
  #up = false
  #pauseMs: number
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor({ upstream, connectLimitMs = 2_000, pingEveryMs = 10_000, firstPauseMs = 50, mostPauseMs = 2_000 }: CloudConnectionOptions) {
    this.#options = { upstream, connectLimitMs, pingEveryMs, firstPauseMs, mostPauseMs }
    this.#pauseMs = firstPauseMs
    this.authority = upstream.host
    this.#connect()
  }

  /** Undefined while the cloud is away. A connection that is being made is waited for, no longer than connecting may take. */
  async request(headers: OutgoingHttpHeaders, options: ClientSessionRequestOptions): Promise<ClientHttp2Stream | undefined> {
    if (!this.#up) await this.#settled
    const session = this.#up ? this.#session : undefined
    return session === undefined || session.closed || session.destroyed ? undefined : session.request(headers, options)
  }

  /** What is under way ends first, but not longer than `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const session = this.#session
    if (session === undefined || session.destroyed) return
    const timer = setTimeout(() => session.destroy(), this.#up ? limitMs : 0)
    await new Promise<void>((resolve) => session.once('close', resolve).close())
    clearTimeout(timer)
  }

  #connect(): void {
    const session = connect(this.#options.upstream, { settings: { enablePush: false, initialWindowSize: STREAM_WINDOW }, maxSessionMemory: SESSION_MEMORY })
    this.#session = session
    const limit = setTimeout(() => session.destroy(), this.#options.connectLimitMs)
    this.#settled = new Promise((resolve) => {
      // Its settings say that the peer speaks HTTP/2, and how many streams it takes at once.
      session.once('remoteSettings', () => this.#ready(session)).once('remoteSettings', resolve).once('close', resolve)
    })
    session.on('error', () => undefined) // `close` follows, and each stream has an error of its own
    session.once('goaway', () => this.#gone(session)).once('close', () => this.#gone(session))
    session.once('remoteSettings', () => clearTimeout(limit)).once('close', () => clearTimeout(limit))
  }

  #ready(session: ClientHttp2Session): void {
    this.#up = this.#session === session
    this.#pauseMs = this.#options.firstPauseMs
    session.setLocalWindowSize(SESSION_WINDOW)
    keepAlive(session, this.#options.pingEveryMs)
  }

  /** One that was up is replaced at once, and finishes what it has; after one that never came up there is a pause. */
  #gone(session: ClientHttp2Session): void {
    if (this.#session !== session) return
    const wasUp = this.#up
    this.#up = false
    this.#session = undefined
    if (this.#closed) return
    if (wasUp) this.#connect()
    else this.#connectLater()
  }

  #connectLater(): void {
    this.#timer = setTimeout(() => this.#connect(), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#options.mostPauseMs)
  }
}

/** Nobody else would notice a cloud that has vanished without a word: TCP waits for minutes. */
function keepAlive(session: ClientHttp2Session, everyMs: number): void {
  let answered = true
  const timer = setInterval(() => {
    if (!answered) return session.destroy()
    answered = false
    session.ping((error) => (answered = error === null))
  }, everyMs)
  session.once('close', () => clearInterval(timer))
}
