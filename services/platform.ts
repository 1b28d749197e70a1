import 'reflect-metadata'
import { operatorToken, systemClock, uuidv7Ids, type Config, type ServiceName } from '@brume/config'
import { declaredTopics, EventLogStrategy, openEventLog, type EventLog } from '@brume/event-log'
import { BearerGuardModule, createHttpApp, ProblemsModule, serveOpenApi, type BearerGuardParts, type ProblemTable } from '@brume/http'
import { loadKek, type AccessTokenVerifier } from '@brume/keys'
import { createLogger, Metrics, NestLogger, ObservabilityModule, Readiness } from '@brume/observability'
import { openDatabase, type Database } from '@brume/prisma'
import { RuntimeModule, TOKEN_VERIFIER } from '@brume/runtime'
import { Module, type DynamicModule, type Type } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { mkdirSync } from 'node:fs'
import { openApiText } from './openApiText.ts'

interface Service {
  module: Type
  problems: ProblemTable
  /** Lines for whoever starts the process, such as where a token lies. */
  greeting?: (config: Config) => string[]
}

/** Loaded only where they run: a replica of one service does not pay for the others. */
const services: Record<ServiceName, () => Promise<Service>> = {
  auth: () => import('@brume/auth').then(({ AuthModule, authProblems, authGreeting }) => ({ module: AuthModule, problems: authProblems, greeting: authGreeting })),
  ingest: () => import('@brume/ingest').then(({ IngestModule, ingestProblems }) => ({ module: IngestModule, problems: ingestProblems })),
  ledger: () => import('@brume/ledger').then(({ LedgerModule, ledgerProblems }) => ({ module: LedgerModule, problems: ledgerProblems })),
}

export interface Platform {
  readonly url: string
  readonly greeting: string[]
  readonly app: NestFastifyApplication
  /** Stops taking, finishes what was taken, stops engines, closes log and database. */
  stop(): Promise<void>
}

/** Longest that the views may take to reach the end of the log at start, ms. */
const CATCH_UP_LIMIT_MS = 60_000

/** Starts the chosen services in this process. Returns once it answers and its views have caught up with the log. */
export async function startPlatform(config: Config): Promise<Platform> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const chosen = await Promise.all(config.services.map((name) => services[name]()))
  const logger = new NestLogger(createLogger({ level: config.logLevel }))
  const database = await openDatabase(config.databaseUrl, { maxPages: config.dbMaxPages })
  const eventLog = await openEventLog(config.eventLogUrl, { topics: declaredTopics(config.entriesPartitions), clock: systemClock, maxPages: config.logMaxPages })
  const readiness = new Readiness()
  const strategy = new EventLogStrategy({ log: eventLog, onError: (error, where) => logger.warn({ msg: 'a handler of the log failed, it will be called again', ...where, error }) })
  const root = rootModule(config, chosen, { database, eventLog, strategy, readiness, logger })
  const app = await createHttpApp(root, { logger })
  serveOpenApi(app, openApiText)
  app.connectMicroservice({ strategy }, { inheritAppConfig: false })
  await app.init()
  await app.startAllMicroservices()
  await within(CATCH_UP_LIMIT_MS, strategy.ready, 'the views did not reach the end of the event log')
  await app.listen(config.port, config.host)
  const url = urlOf(app, config.host)
  const greeting = [`ready ${url}`, ...chosen.flatMap((service) => service.greeting?.(config) ?? [])]
  return { url, greeting, app, stop: () => stop(app, eventLog, database) }
}

interface Parts {
  database: Database
  eventLog: EventLog
  strategy: EventLogStrategy
  readiness: Readiness
  logger: NestLogger
}

function rootModule(config: Config, chosen: Service[], parts: Parts): DynamicModule {
  const { database, eventLog, strategy, readiness, logger } = parts
  const runtime = RuntimeModule.with({ config, database, eventLog, strategy, logger, clock: systemClock, newId: uuidv7Ids(), kek: loadKek(config) })
  const guard = BearerGuardModule.with({
    inject: [TOKEN_VERIFIER],
    useFactory: (verifier: AccessTokenVerifier): BearerGuardParts => ({ verifier, operatorToken: operatorToken(config) }),
  })
  return {
    module: PlatformModule,
    imports: [runtime, ObservabilityModule.with(new Metrics().collectProcess(), readiness), ProblemsModule.of(...chosen.map(({ problems }) => problems)), guard, ...chosen.map(({ module }) => module)],
  }
}

@Module({})
class PlatformModule {}

async function stop(app: NestFastifyApplication, eventLog: EventLog, database: Database): Promise<void> {
  await app.close()
  await eventLog.close()
  await database.close()
}

function urlOf(app: NestFastifyApplication, host: string): string {
  const address: unknown = app.getHttpServer().address()
  const port = typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function within(limitMs: number, work: Promise<void>, otherwise: string): Promise<void> {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${otherwise} within ${limitMs / 1000} s`)), limitMs)
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
