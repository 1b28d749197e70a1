import pg from 'pg'
import type { PostgresAddress } from './address.ts'
import type { Credentials } from './roleFiles.ts'
import { ScopedPool } from './scopedPool.ts'

/** Every wait has a limit, ms. The client's own ends one for a server that stands still and cannot keep its limits itself. */
const CONNECT_MS = 5_000
const LOCK_MS = 10_000
const STATEMENT_MS = 15_000
const ANSWER_MS = 20_000
/** A process that stands still in a transaction loses it, and with it its locks. Longer than an append to the log may take, which the outbox waits for in one. */
const IDLE_IN_TRANSACTION_MS = 20_000
const IDLE_CONNECTION_MS = 30_000

// Else a Date is sent as local time, and a timestamp without a zone keeps that.
pg.defaults.parseInputDatesAsUTC = true

export interface PoolOptions {
  readonly address: PostgresAddress
  readonly credentials: Credentials
  /** Most connections. */
  readonly connections: number
  /** Sends statements without waiting for the answer to the one before (append path and looks; Prisma's driver waits for each). */
  readonly pipeline?: boolean
  /** Told of connections that are lost while nobody uses them; the pool makes new ones. */
  readonly onError?: (error: Error) => void
}

export function makePool({ address, credentials, connections, pipeline = false, onError = () => undefined }: PoolOptions): pg.Pool {
  const pool = new ScopedPool({ ...connectionOf(address, credentials), pipeline, max: connections, idleTimeoutMillis: IDLE_CONNECTION_MS, types: { getTypeParser } })
  return pool.on('error', onError)
}

export function connectionOf({ host, port, database, ssl }: PostgresAddress, { role, password }: Credentials): pg.ClientConfig {
  return {
    host, port, database, ssl, user: role, password,
    application_name: role.replace('_', '-'),
    options: '-c TimeZone=UTC',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: LOCK_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  }
}

/** For queries beside Prisma, which has its own. Timestamps without a zone are UTC here, and no number of ours is beyond 2⁵³. */
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.TIMESTAMP, (text) => new Date(`${text.replace(' ', 'T')}Z`)],
  [pg.types.builtins.INT8, safeInteger],
])

// pg types this by overloads for text and binary; it asks for text unless a query wants binary, and ours never do.
const getTypeParser = ((oid: number, format?: 'text') => parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser

function safeInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError('a number of the database is beyond 2^53')
  return number
}
