import { readFileSync } from 'node:fs'
import { OperatorError } from '@brume/config'

/** Where the database is: DATABASE_URL without anybody's name in it, because each service comes under its own role. */
export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly ssl: { readonly ca?: string } | false
}

export class DatabaseSettingsError extends OperatorError {
  override name = 'DatabaseSettingsError'
  override readonly exitCode = 2
}

const SHAPE = 'postgresql://HOST[:PORT]/DATABASE[?tls=true[&caFile=PATH]]'

/** With `tls=true` the server's certificate and name are checked, against `caFile` where the system does not know its authority. */
export function parsePostgresUrl(text: string): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '')
  if (url === undefined || url.protocol !== 'postgresql:' || url.hostname === '' || !/^[^/]+$/.test(database)) throw new DatabaseSettingsError(`DATABASE_URL must be ${SHAPE}`)
  if (url.username !== '' || url.password !== '') throw new DatabaseSettingsError('DATABASE_URL names the place only: roles and their passwords come from the folder DATABASE_ROLES')
  const { tls, caFile, ...others } = Object.fromEntries(url.searchParams)
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined || (tls !== undefined && tls !== 'true')) throw new DatabaseSettingsError(`DATABASE_URL does not take ${unknown ?? `tls=${tls}`}: it must be ${SHAPE}`)
  const ssl = tls === undefined ? false : { ...(caFile !== undefined && { ca: readCa(caFile) }) }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 5_432), database, ssl }
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new DatabaseSettingsError(`the caFile of DATABASE_URL cannot be read: ${path}`, { cause: error })
  }
}

export function placeOf({ host, port, database }: PostgresAddress): string {
  return `PostgreSQL at ${host}:${port}, database ${database}`
}
