import { DatabaseFull, DatabaseUnavailable } from '../database.ts'

/** SQLSTATE, Node's codes, and Prisma's codes and kinds for "does not answer, not now, or not in time". A deadlock or conflict among them: the same again comes through. */
const passing = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
  '57P01', '57P02', '57P03', '57P05', '53300', '57014', '55P03', '25P03', '40001', '40P01',
  'DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TransactionWriteConflict', 'TooManyConnections',
  'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034',
])
/** 25006: a server that fell back to read only, as a standby does. */
const connectionClass = /^08|^25006$/
/** What pg says without a code. */
const lost = /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|Connection ended unexpectedly|Cannot use a pool after calling end/i
const DISK_FULL = '53100'

/** Says by type what a failure means to the caller, when it is one of the database; anything else stays what it was. */
export function typedFailure(error: unknown): unknown {
  const links = chainOf(error)
  if (links.some(isOurs)) return error
  if (links.some((link) => codesOf(link).includes(DISK_FULL))) return new DatabaseFull('the database is full', { cause: error })
  return isPassing(error) ? new DatabaseUnavailable(`the database does not answer: ${reasonOf(links)}`, { cause: error }) : error
}

export function throwTypedFailure(error: unknown): never {
  throw typedFailure(error)
}

/** Whether waiting may mend it. */
export function isPassing(error: unknown): boolean {
  return chainOf(error).some((link) => codesOf(link).some((code) => passing.has(code) || connectionClass.test(code)) || lost.test(messageOf(link)))
}

/** The SQLSTATE, where the server said one. */
export function sqlStateOf(error: unknown): string | undefined {
  return chainOf(error).flatMap(codesOf).find((code) => /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('P1') && !code.startsWith('P2'))
}

function isOurs(link: object): boolean {
  return link instanceof DatabaseFull || link instanceof DatabaseUnavailable
}

/** The error and what it wraps: `cause`, or with Prisma `meta.driverAdapterError`. Six deep: a chain may be circular. */
function chainOf(error: unknown): object[] {
  const chain: object[] = []
  for (let link = error; typeof link === 'object' && link !== null && chain.length < 6; link = memberOf(link, 'cause') ?? memberOf(memberOf(link, 'meta'), 'driverAdapterError') ?? memberOf(link, 'errors', 0)) chain.push(link)
  return chain
}

function codesOf(link: object): string[] {
  return [memberOf(link, 'code'), memberOf(link, 'originalCode'), memberOf(link, 'kind')].filter((code) => typeof code === 'string')
}

function messageOf(link: object): string {
  return String(memberOf(link, 'message') ?? '')
}

/** The innermost words: Prisma's own name files and lines. */
function reasonOf(links: object[]): string {
  const innermost = links.map(messageOf).findLast((message) => message !== '') ?? ''
  return innermost.split('\n').at(-1) ?? ''
}

function memberOf(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined), value)
}
