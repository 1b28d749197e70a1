import { z } from 'zod'
import { parseFault } from './faultPoint.ts'

/** One row of the configuration. `fallback` is text as a user would write it; `<data>` in it stands for the data folder. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly env: string
  /** Also accepted on the command line, without the dashes. A flag wins over the environment. */
  readonly flag?: string
  readonly unit: string
  readonly fallback?: string
  readonly what: string
  readonly schema: Schema
}

const row = <Schema extends z.ZodType>(setting: Setting<Schema>): Setting<Schema> => setting

const whole = (least: number, most: number) => z.string().regex(/^\d{1,15}$/, 'must be a whole number').transform(Number).pipe(z.number().min(least).max(most))

/** A C2SP origin has no scheme, no spaces and no plus sign (c2sp.org/tlog-checkpoint, c2sp.org/signed-note). */
const origin = z.string().max(200).regex(/^[a-z0-9.-]+(?::\d+)?(?:\/[A-Za-z0-9._~-]+)*$/, 'must be a name such as brume.example/fog-1, without scheme, spaces and +')

const service = z.enum(['auth', 'ingest', 'ledger'])
export type ServiceName = z.infer<typeof service>

const services = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(service).min(1).refine((names) => new Set(names).size === names.length, 'names a service twice'))

const urlOf = (...schemes: string[]) => z.string().refine((url) => schemes.some((scheme) => url.startsWith(scheme)), `must begin with ${schemes.join(' or ')}`)

/** Nothing but scheme, host and port. */
const engineHost = z.string().refine((url) => URL.canParse(url) && new URL(url).protocol === 'http:' && new URL(url).href === `${new URL(url).origin}/`, 'must be http://HOST:PORT')

/** RFC 6750 section 2.1: what may stand after `Bearer`. Shorter than 32 characters can be guessed. */
const bearer = z.string().regex(/^[A-Za-z0-9._~+/-]+=*$/, 'may only hold the characters of a bearer token').min(32)

const kek = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')

const fault = z.string().superRefine((text, context) => {
  try {
    parseFault(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be "name" or "name:n" with n from 1' })
  }
})

/** Everything that can be set from outside, once: `docs/config.md` and the parser both read this table. */
export const settings = {
  dataDir: row({ env: 'BRUME_DATA', flag: 'data', unit: 'folder', fallback: './data', what: 'Databases, secrets and volumes of engines. Made when missing, readable by its owner only.', schema: z.string().min(1) }),
  host: row({ env: 'BRUME_HOST', flag: 'host', unit: 'address', fallback: '127.0.0.1', what: 'Address to listen on. `0.0.0.0` serves the network; put TLS in front of it.', schema: z.string().min(1) }),
  port: row({ env: 'PORT', flag: 'port', unit: 'TCP port', fallback: '8080', what: 'Port to listen on. 0 takes any free one; the line `ready URL` says which.', schema: whole(0, 65_535) }),
  services: row({ env: 'BRUME_SERVICES', flag: 'services', unit: 'list', fallback: 'auth,ingest,ledger', what: 'Which services this process runs.', schema: services }),
  origin: row({ env: 'BRUME_ORIGIN', unit: 'name', fallback: 'brume.local', what: 'First part of every ledger origin (`<BRUME_ORIGIN>/chains/<chain>`) and issuer of tokens. Fixed in each ledger when its chain is created: choose it before the first chain.', schema: origin }),
  databaseUrl: row({ env: 'DATABASE_URL', unit: 'URL', fallback: 'file:<data>/brume.db', what: 'Database: `file:PATH` for SQLite; `postgresql://HOST[:PORT]/DATABASE[?tls=true[&caFile=PATH]]` in the cloud, without roles and passwords (see DATABASE_ROLES).', schema: urlOf('file:', 'postgresql://') }),
  databaseRoles: row({ env: 'DATABASE_ROLES', unit: 'folder', what: 'With PostgreSQL: one file per role, which holds its password: `brume_auth`, `brume_ingest`, `brume_ledger` and `brume_ledger_append` for the services that this process runs, `brume_migrator` where it may bring the schema to its version. Made by `prisma/postgresql/roles.sql`.', schema: z.string().min(1).optional() }),
  databaseConnections: row({ env: 'DATABASE_CONNECTIONS', unit: 'connections', fallback: '8', what: 'With PostgreSQL: most connections of each service of this process; the ledger has half as many beside, to append.', schema: whole(2, 200) }),
  eventLogUrl: row({ env: 'EVENT_LOG_URL', unit: 'URL', fallback: 'sqlite:<data>/log.db', what: 'Event log: `sqlite:PATH` in process, `kafka://…` in the cloud.', schema: urlOf('sqlite:', 'kafka://') }),
  operatorToken: row({ env: 'BRUME_OPERATOR_TOKEN', unit: 'bearer token', what: 'Token of the operator, at least 32 characters. Unset: made at first start and kept in `<data>/operator.token`.', schema: bearer.optional() }),
  kek: row({ env: 'BRUME_KEK', unit: 'base64, 32 bytes', what: 'Key that encrypts all signing keys at rest. Unset: made at first start and kept in `<data>/kek`. Back it up: without it every signing key is lost.', schema: kek.optional() }),
  entriesPartitions: row({ env: 'ENTRIES_PARTITIONS', unit: 'partitions', fallback: '4', what: 'Partitions of the topic `entries`. May grow, never shrink: each chain keeps the one it was given.', schema: whole(1, 1024) }),
  verifyThreads: row({ env: 'VERIFY_THREADS', unit: 'threads', fallback: '1', what: 'Worker threads of ingest that check signatures.', schema: whole(1, 64) }),
  engineLeaseMs: row({ env: 'BRUME_ENGINE_LEASE_MS', unit: 'ms', fallback: '600000', what: 'A chain engine that nobody has called for so long ends itself.', schema: whole(1_000, 86_400_000) }),
  engineUrl: row({ env: 'ENGINE_URL', unit: 'URL', what: 'Engine host that runs the chain engines beside the platform: `http://HOST:PORT`. Unset: the ledger runs them itself, in the data folder.', schema: engineHost.optional() }),
  engineTokenFile: row({ env: 'ENGINE_TOKEN_FILE', unit: 'file', what: 'Holds the bearer token of the engine host, at least 32 characters. Needed with `ENGINE_URL`.', schema: z.string().min(1).optional() }),
  logLevel: row({ env: 'LOG_LEVEL', unit: 'level', fallback: 'info', what: 'Least level that is logged: trace, debug, info, warn, error, fatal or silent.', schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) }),
  drainGraceMs: row({ env: 'DRAIN_GRACE_MS', unit: 'ms', fallback: '0', what: 'After SIGTERM: how long requests are still taken while `/readyz` says no, so that a load balancer stops sending first. Two of its checks.', schema: whole(0, 5_000) }),
  tracesExporter: row({ env: 'OTEL_TRACES_EXPORTER', unit: 'name', what: 'Where traces go: otlp, console or none. Unset: otlp where `OTEL_EXPORTER_OTLP_ENDPOINT` is set. The other standard `OTEL_…` variables (service name, resource attributes, sampler, batches, OTLP headers and certificates) are read by the OpenTelemetry SDK itself.', schema: z.enum(['otlp', 'console', 'none']).optional() }),
  otlpEndpoint: row({ env: 'OTEL_EXPORTER_OTLP_ENDPOINT', unit: 'URL', what: 'Base URL of an OpenTelemetry collector, OTLP over HTTP with JSON: `http://HOST:4318`.', schema: urlOf('http://', 'https://').optional() }),
  logMaxPages: row({ env: 'LOG_MAX_PAGES', unit: 'pages of 4,096 bytes', what: 'Only for tests: `PRAGMA max_page_count` of the event log, so that "full" is real.', schema: whole(1, 4_294_967_294).optional() }),
  dbMaxPages: row({ env: 'DB_MAX_PAGES', unit: 'pages of 4,096 bytes', what: 'Only for tests: `PRAGMA max_page_count` of the database.', schema: whole(1, 4_294_967_294).optional() }),
  fault: row({ env: 'BRUME_FAULT', unit: 'point or point:n', what: 'Only for tests: kills the process at the n-th pass of a named point. See `faultPoint.ts`.', schema: fault.optional() }),
} satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
