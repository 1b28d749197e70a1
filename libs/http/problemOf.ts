import { HttpException } from '@nestjs/common'
import { ZodError } from 'zod'
import { commonProblems } from './commonProblems.ts'
import { Problem } from './problems.ts'

type CommonCode = keyof typeof commonProblems.kinds

/** Errors of Fastify (FST_), Node's parser (HPE_), our databases and our event log, by their stable codes. Seconds to wait stand where a wait mends it. */
const byCode: Readonly<Record<string, { readonly code: CommonCode; readonly retryAfterS?: number }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported-media-type' },
  FST_ERR_CTP_INVALID_TYPE: { code: 'unsupported-media-type' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'malformed-json' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'malformed-json' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'malformed-http' },
  FST_ERR_BAD_URL: { code: 'malformed-http' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'uri-too-long' },
  DATABASE_FULL: { code: 'storage-full', retryAfterS: 30 },
  DATABASE_UNAVAILABLE: { code: 'storage-unavailable', retryAfterS: 5 },
  SQLITE_FULL: { code: 'storage-full', retryAfterS: 30 },
  SQLITE_BUSY: { code: 'overloaded', retryAfterS: 1 },
  EVENT_LOG_FULL: { code: 'storage-full', retryAfterS: 30 },
  EVENT_LOG_BUSY: { code: 'overloaded', retryAfterS: 1 },
  EVENT_LOG_UNAVAILABLE: { code: 'storage-unavailable', retryAfterS: 5 },
}

const byStatus: Readonly<Record<number, CommonCode>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'body-too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
}

/** Says in the words of RFC 9457 what any thrown value means to the client. What nobody foresaw is `internal-error`, with no detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof ZodError) return invalidRequest(error.issues)
  const known = chainOf(error).map((link) => knownProblem(link, error)).find((problem) => problem !== undefined)
  if (known !== undefined) return known
  if (error instanceof SyntaxError && statusOf(error) === 400) return commonProblems.problem('malformed-json', undefined, { cause: error })
  const code = error instanceof HttpException ? byStatus[error.getStatus()] : byStatus[statusOf(error) ?? 0]
  return code === undefined ? commonProblems.problem('internal-error', undefined, { cause: error }) : commonProblems.problem(code, undefined, { cause: error })
}

export interface Issue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** Most issues that one answer lists: a bad batch of 1,000 items must not become a large answer. */
const mostIssues = 20

/** `field` is a JSON Pointer (RFC 6901), `#` standing for the whole body. */
export function invalidRequest(issues: readonly Issue[]): Problem {
  const listed = issues.slice(0, mostIssues).map(({ message, path = [] }) => ({ field: pointerOf(path), message }))
  const first = listed[0]
  const detail = first === undefined ? undefined : `${first.field}: ${first.message}${issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''}`
  return commonProblems.problem('invalid-request', detail, { extensions: { issues: listed } })
}

function pointerOf(path: NonNullable<Issue['path']>): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  return ['#', ...keys.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

function knownProblem(error: object, cause: unknown): Problem | undefined {
  const known = [memberOf(error, 'code'), memberOf(error, 'originalCode')].find((code) => typeof code === 'string' && Object.hasOwn(byCode, code))
  const found = typeof known === 'string' ? byCode[known] : undefined
  if (found === undefined) return undefined
  const told = memberOf(error, 'retryAfterSeconds')
  const retryAfterS = typeof told === 'number' ? Math.ceil(told) : found.retryAfterS
  return commonProblems.problem(found.code, undefined, { cause, headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) } })
}

/** The error and what it wraps: `cause`, or with Prisma `meta.driverAdapterError`. Five deep: a chain may be circular. */
function chainOf(error: unknown): object[] {
  const chain: object[] = []
  for (let link = error; typeof link === 'object' && link !== null && chain.length < 5; link = memberOf(link, 'cause') ?? memberOf(memberOf(link, 'meta'), 'driverAdapterError')) chain.push(link)
  return chain
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function statusOf(error: unknown): number | undefined {
  const status = memberOf(error, 'statusCode')
  return typeof status === 'number' ? status : undefined
}
