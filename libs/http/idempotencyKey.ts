import { createParamDecorator } from '@nestjs/common'
import type { FastifyRequest } from 'fastify'
import { commonProblems } from './commonProblems.ts'

const pattern = /^[\x21-\x7e]{1,255}$/

/** `@IdempotencyKey() key: string | undefined`; a malformed key is refused, because a client that sends one relies on it. */
export const IdempotencyKey = createParamDecorator((_: unknown, context): string | undefined =>
  parseIdempotencyKey(context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key']),
)

/** The draft writes the key as a quoted string (RFC 9651), most clients send it bare: the quotes are part of the key, and the same in a repeat. */
export function parseIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && pattern.test(header)) return header
  throw commonProblems.problem('idempotency-key-malformed')
}
