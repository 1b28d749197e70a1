import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'
import { Catch, Logger } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { commonProblems } from './commonProblems.ts'
import { problemOf } from './problemOf.ts'
import type { Problem } from './problems.ts'
import { allowedMethods } from './routeTable.ts'

const logger = new Logger('Problem')

/** Answers every thrown value as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    // A handler of the event log: its strategy decides about repeating.
    if (host.getType() !== 'http') throw error
    const http = host.switchToHttp()
    const request = http.getRequest<FastifyRequest>()
    sendProblem(methodProblem(problemOf(error), request), request, http.getResponse<FastifyReply>())
  }
}

/** Failures of ours are logged under the `instance` that the client is told. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const instance = `urn:uuid:${request.id}`
  const { status, code } = problem.kind
  // `/readyz` says no to every probe; what changes is logged there.
  if (status >= 500 && problem.kind !== commonProblems.kinds['not-ready']) logger.error({ instance, code, method: request.method, path: request.url, cause: problem.cause ?? problem })
  // Too late for a status when a stream has begun: only closing tells the client.
  if (reply.raw.headersSent) return void reply.raw.destroy()
  reply.status(status).headers({ ...problem.headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  // Bytes, because Fastify adds a charset to text, which this media type does not have.
  void reply.send(Buffer.from(JSON.stringify(problem.body(instance))))
}

/** Fastify knows only "no such route"; RFC 9110 section 15.5.6 wants 405 and `Allow` where another method would do. */
function methodProblem(problem: Problem, request: FastifyRequest): Problem {
  if (problem.kind !== commonProblems.kinds['not-found'] || !request.is404) return problem
  const allowed = allowedMethods(request.server, request.url)
  if (allowed.length === 0) return problem
  return commonProblems.problem('method-not-allowed', undefined, { headers: { allow: allowed.join(', ') } })
}
