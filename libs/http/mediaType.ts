import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { FastifyRequest } from 'fastify'
import { commonProblems } from './commonProblems.ts'

/** `@TakesJose()`: the handler takes `application/jose` (a Buffer of its exact bytes) as well as JSON. */
export const TakesJose = Reflector.createDecorator<undefined, true>({ transform: () => true })

/** The server parses JOSE for the one operation that takes it; everywhere else it is 415, not a body of the wrong form. */
export class MediaTypeGuard implements CanActivate {
  readonly #reflector: Reflector

  constructor(reflector: Reflector) {
    this.#reflector = reflector
  }

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true
    const { body } = context.switchToHttp().getRequest<FastifyRequest>()
    if (!Buffer.isBuffer(body) || this.#reflector.get(TakesJose, context.getHandler())) return true
    throw commonProblems.problem('unsupported-media-type')
  }
}
