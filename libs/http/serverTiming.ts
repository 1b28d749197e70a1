import { createParamDecorator } from '@nestjs/common'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const timings = new WeakMap<object, ServerTiming>()

declare module 'fastify' {
  interface FastifyRequest {
    /** When its head had arrived, by the clock of {@link sendServerTiming}. What waits in the socket while the event loop is busy has not arrived yet. */
    receivedAtMs: number
  }
}

/** Named durations of one request, answered as `Server-Timing` (W3C Server Timing): names are the steps of the design's table, then `total`. */
export class ServerTiming {
  readonly #entries: string[] = []

  /** `name` is an HTTP token. */
  add(name: string, durationMs: number): void {
    this.#entries.push(entry(name, durationMs))
  }

  async measure<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const startMs = performance.now()
    try {
      return await work()
    } finally {
      this.add(name, performance.now() - startMs)
    }
  }

  /** Undefined where nothing was measured. */
  header(totalMs: number): string | undefined {
    return this.#entries.length === 0 ? undefined : `${this.#entries.join(', ')}, ${entry('total', totalMs)}`
  }
}

function entry(name: string, durationMs: number): string {
  return `${name};dur=${durationMs.toFixed(3)}`
}

export function serverTimingOf(request: object): ServerTiming {
  const known = timings.get(request)
  if (known !== undefined) return known
  const timing = new ServerTiming()
  timings.set(request, timing)
  return timing
}

/** `@Timing() timing: ServerTiming` in a controller, which hands durations on from what its service returns. */
export const Timing = createParamDecorator((_: unknown, context): ServerTiming => serverTimingOf(context.switchToHttp().getRequest<FastifyRequest>()))

/**
 * Requests that measured nothing get no header, not even `total`: how long a refusal took may tell why it was refused. Fastify's `reply.elapsedTime`
 * counts only with a logger or an `onResponse` hook, which cost more than one look at the clock.
 */
export function sendServerTiming(server: FastifyInstance, nowMs: () => number = () => performance.now()): void {
  server.decorateRequest('receivedAtMs', 0)
  server.addHook('onRequest', (request, _reply, done) => {
    request.receivedAtMs = nowMs()
    done()
  })
  server.addHook('onSend', (request, reply, _payload, done) => {
    const header = timings.get(request)?.header(nowMs() - request.receivedAtMs)
    if (header !== undefined) reply.header('server-timing', header)
    done()
  })
}
