import type { LoggerService } from '@nestjs/common'
import type { DestinationStream, Level, Logger } from 'pino'
import { OperatorError } from '@brume/config'
import { destination, pino, stdSerializers } from 'pino'
import type { LogFields } from './logFields.ts'
import { activeTraceId } from './tracing/tracingSwitch.ts'

/**
 * Members that are never written, at any depth: tokens, keys, and the private members of JWKs (RFC 7518 section 6). Matched in the finished line, because
 * pino's own `redact` needs a path for each depth and cost 50 µs a line with them. Names inside a text value are escaped there, and so do not match.
 */
const secretNames = ['authorization', 'cookie', 'set-cookie', 'token', 'operatorToken', 'accessToken', 'kek', 'seed', 'secret', 'password', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'k']
const text = String.raw`"(?:[^"\\]|\\.)*"`
const bytes = String.raw`\{(?:"\d+":\d+,?)*\}|\{"type":"Buffer","data":\[[\d,]*\]\}`
const secretMember = new RegExp(String.raw`("(?:${secretNames.join('|')})":)(?:${text}|${bytes}|\[(?:${text},?)*\])`, 'gi')

/** A bearer token or a JWT within text, such as the message of an error. A compact JWS of a device looks the same and is cut as well. */
const tokenInText = /\bBearer +[A-Za-z0-9._~+/-]+=*|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/gi

/** User and password of a URL (RFC 3986 section 3.2.1), as a driver may repeat it. */
const userOfUrl = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"]+@/gi

function withoutSecrets(line: string): string {
  return line.replace(secretMember, '$1"[redacted]"').replace(tokenInText, '[redacted]').replace(userOfUrl, '$1[redacted]@')
}

export interface LoggerOptions {
  readonly level: Level | 'silent'
  /** Default: stderr, because stdout is for what a program reads (`ready URL`). */
  readonly to?: DestinationStream
}

/** JSON lines with RFC 3339 times. */
export function createLogger({ level, to = destination({ fd: 2, sync: true }) }: LoggerOptions): Logger {
  const serializers = { err: errorWithoutTokens, cause: errorWithoutTokens, error: errorWithoutTokens }
  const formatters = { level: (label: string) => ({ level: label }) }
  return pino({ level, base: null, mixin: traceFields, timestamp: () => `,"time":"${new Date().toISOString()}"`, serializers, formatters, hooks: { streamWrite: withoutSecrets } }, to)
}

/** What is logged for a request is found from its trace, and the other way round. A new object each time: pino writes the line's own fields into it. */
function traceFields(): LogFields {
  const traceId = activeTraceId()
  return traceId === undefined ? {} : { traceId }
}

/** Causes and stack as one text; members that a library hung onto an error are left out, because they may hold the request. */
function errorWithoutTokens(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { type, message, stack } = stdSerializers.err(value)
  const code = 'code' in value && typeof value.code === 'string' ? value.code : undefined
  // Where in the program an operator's mistake was noticed helps nobody.
  if (value instanceof OperatorError) return { type, message, code }
  return { type, message, code, stack }
}

/** Nest's logger over pino: the last text parameter is Nest's context. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Asked before a line is put together that nobody may want. */
  isLevelEnabled(level: Level): boolean {
    return this.#logger.isLevelEnabled(level)
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest)
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest)
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest)
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest)
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest)
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest)
  }

  #write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1)
    const more = rest.slice(0, -1).filter((part) => part !== undefined)
    const line = { ...(typeof context === 'string' && { context }), ...(more.length > 0 && { more }) }
    if (message instanceof Error) return this.#logger[level]({ ...line, err: message }, message.message)
    if (typeof message === 'object' && message !== null) return this.#logger[level]({ ...line, ...message })
    this.#logger[level](line, String(message))
  }
}
