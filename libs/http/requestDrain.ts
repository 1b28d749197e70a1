import type { FastifyInstance } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'

/** A request may have reached the socket and not the program yet. */
const QUIET_MS = 100

/** The requests that a server has in hand, and how they come to an end. */
export class RequestDrain {
  #running = 0
  #draining = false
  #wakeIdle: (() => void) | undefined
  readonly #server: FastifyInstance

  /** Before the routes are registered. */
  constructor(server: FastifyInstance) {
    this.#server = server
    server.addHook('onRequest', (_request, reply, done) => {
      this.#running++
      // `close` comes once for each: after an answer, and after a client that went away.
      reply.raw.once('close', () => this.#ended())
      done()
    })
    server.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.#draining) reply.header('connection', 'close')
      done()
    })
  }

  get running(): number {
    return this.#running
  }

  /** Every answer from now on asks the client to come back on another connection (RFC 9112 section 9.6): whoever routes finds another replica. */
  begin(): void {
    this.#draining = true
  }

  /**
   * Waits for the requests in hand, at most `limitMs`, once the server listens no more; then cuts what connections are left, also those that
   * never asked anything, for which Node's own close would wait. Gives back how many requests were cut.
   */
  async end(limitMs: number): Promise<number> {
    const endMs = performance.now() + limitMs
    do {
      await this.#idleWithin(endMs - performance.now())
      await pause(QUIET_MS)
    } while (this.#running > 0 && performance.now() < endMs)
    const cut = this.#running
    this.#server.server.closeAllConnections()
    return cut
  }

  #idleWithin(limitMs: number): Promise<void> {
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#wakeIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #ended(): void {
    if (--this.#running === 0) this.#wakeIdle?.()
  }
}
