import { createParamDecorator } from '@nestjs/common'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const timings = new WeakMap<object, ServerTiming>()

/** Named durations of one request, answered as `Server-Timing` (W3C Server Timing): names are the steps of the design's table. */
export class ServerTiming {
  readonly #entries: string[] = []

  /** `name` is an HTTP token. */
  add(name: string, durationMs: number): void {
    this.#entries.push(`${name};dur=${durationMs.toFixed(3)}`)
  }

  async measure<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const startMs = performance.now()
    try {
      return await work()
    } finally {
      this.add(name, performance.now() - startMs)
    }
  }

  header(): string {
    return this.#entries.join(', ')
  }
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

/** Requests that measured nothing get no header. */
export function sendServerTiming(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, _payload, done) => {
    const header = timings.get(request)?.header()
    if (header) reply.header('server-timing', header)
    done()
  })
}
