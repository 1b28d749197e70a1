import 'reflect-metadata'
import { OperatorError, operatorToken, systemClock, uuidv7Ids, type Config, type ServiceName } from '@brume/config'
import { declaredTopics, EventLogStrategy, openEventLog, PartitionHalted, PartitionLost, type EventLog } from '@brume/event-log'
import { BearerGuardModule, createHttpApp, ProblemsModule, RequestDrain, serveOpenApi, type BearerGuardParts, type ProblemTable } from '@brume/http'
import { loadKek, type AccessTokenVerifier } from '@brume/keys'
import { createLogger, Metrics, NestLogger, ObservabilityModule, Readiness, startTracing, traceRequests, type Tracing } from '@brume/observability'
import { claimDeployment, openDatabases, type Databases } from '@brume/prisma'
import { RuntimeModule, TOKEN_VERIFIER } from '@brume/runtime'
import { Module, type DynamicModule, type Type } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { mkdirSync } from 'node:fs'
import { openApiText } from './openApiText.ts'
import { platformEnding } from './platformEnding.ts'
import { watchParts } from './watchedParts.ts'

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

const allServices = Object.keys(services)

export interface Platform {
  readonly url: string
  readonly greeting: string[]
  readonly app: NestFastifyApplication
  readonly logger: NestLogger
  /** Stops taking, finishes what was taken, stops engines, closes log and database. Once, however often it is called. */
  stop(): Promise<void>
  /** Where `stop` stands, for whoever cuts it. */
  ending(): { readonly step: string | undefined; readonly requestsInHand: number }
}

/** Longest that the views may take to reach the end of the log at start, ms. */
const CATCH_UP_LIMIT_MS = 60_000
const PROGRESS_MS = 2_000
/**
 * Connections that the kernel keeps for a busy process until it takes them, bounded by its own somaxconn (4,096). With Node's 511 a thousand devices that come at
 * once, or a load balancer in front of them, meet silence: dropped SYNs are sent again after 1 s and 3 s, and to the balancer that looks like a dead replica.
 */
const WAITING_CONNECTIONS = 4_096

/** Starts the chosen services in this process. Returns once it answers and its views have caught up with the log. */
export async function startPlatform(config: Config): Promise<Platform> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const chosen = await Promise.all(config.services.map((name) => services[name]()))
  const logger = new NestLogger(createLogger({ level: config.logLevel }))
  const tracing = await tracingOf(config, logger)
  const database = await openDatabases(config, { onWait: (line) => logger.log(line) })
  const eventLog = await openLog(config, logger)
  await claim(config, database, eventLog)
  const [readiness, metrics] = [new Readiness(), new Metrics().collectProcess()]
  const strategy = new EventLogStrategy({ log: eventLog, onError: (error, where) => handlerFailed(logger, error, where) })
  const app = await createHttpApp(rootModule(config, chosen, { database, eventLog, strategy, readiness, metrics, logger }), { logger })
  const requests = prepareServer(app)
  app.connectMicroservice({ strategy }, { inheritAppConfig: false })
  await app.init()
  await app.startAllMicroservices()
  await viewsCaughtUp(strategy, logger)
  watchParts({ readiness, metrics, strategy, askDatabase: databaseQuestion(config, database) })
  await app.listen({ port: config.port, host: config.host, backlog: WAITING_CONNECTIONS })
  const url = urlOf(app, config.host)
  const greeting = [`ready ${url}`, ...chosen.flatMap((service) => service.greeting?.(config) ?? [])]
  const ending = platformEnding({ drainGraceMs: config.drainGraceMs, readiness, requests, app, eventLog, database, tracing, logger })
  return { url, greeting, app, logger, stop: () => ending.run(), ending: () => ({ step: ending.now, requestsInHand: requests.running }) }
}

function openLog({ eventLogUrl, entriesPartitions, logMaxPages }: Config, logger: NestLogger): Promise<EventLog> {
  const telling = { onWait: (line: string) => logger.log(line), onLog: (level: 'debug' | 'warn', line: string) => logger[level](line) }
  return openEventLog(eventLogUrl, { topics: declaredTopics(entriesPartitions), clock: systemClock, maxPages: logMaxPages, ...telling })
}

function tracingOf({ tracesExporter, otlpEndpoint, services: names }: Config, logger: NestLogger): Promise<Tracing> {
  const serviceName = names.length === allServices.length ? 'brume' : `brume-${names.join('-')}`
  return startTracing({ tracesExporter, otlpEndpoint, serviceName, instanceId: uuidv7Ids()(), onTrouble: (text) => logger.warn(text) })
}

/** Hooks stand before every route: they must, to be run for it. */
function prepareServer(app: NestFastifyApplication): RequestDrain {
  const server = app.getHttpAdapter().getInstance()
  const requests = new RequestDrain(server)
  traceRequests(server)
  serveOpenApi(app, openApiText)
  return requests
}

function handlerFailed(logger: NestLogger, error: unknown, where: { topic: string; partition: number }): void {
  if (error instanceof PartitionLost) logger.log({ msg: 'another replica has taken a partition', ...where, code: error.code, reason: error.message })
  else if (error instanceof PartitionHalted) logger.error({ msg: 'a handler of the log has halted its partition: a person must look', ...where, code: error.code, error })
  else logger.warn({ msg: 'a handler of the log failed, it will be called again', ...where, error })
}

/** Ingest takes readings by its views and the log alone, so it goes on without the database. */
function databaseQuestion({ services: names }: Config, databases: Databases): (() => Promise<unknown>) | undefined {
  const asking = names.filter((name) => name !== 'ingest').map((name) => databases[name])
  return asking.length === 0 ? undefined : () => Promise.all(asking.map((database) => database.check()))
}

/** Two deployments on one database by mistake end here, before either has written anything. */
async function claim({ services: [first], origin }: Config, databases: Databases, eventLog: EventLog): Promise<void> {
  if (first === undefined) return
  await claimDeployment(databases[first], { logIdentity: await eventLog.identity(), origin }, new Date(systemClock.now()))
}

interface Parts {
  database: Databases
  eventLog: EventLog
  strategy: EventLogStrategy
  readiness: Readiness
  metrics: Metrics
  logger: NestLogger
}

function rootModule(config: Config, chosen: Service[], parts: Parts): DynamicModule {
  const { database, eventLog, strategy, readiness, metrics, logger } = parts
  const runtime = RuntimeModule.with({ config, database, eventLog, strategy, logger, clock: systemClock, newId: uuidv7Ids(), kek: loadKek(config) })
  const guard = BearerGuardModule.with({
    inject: [TOKEN_VERIFIER],
    useFactory: (verifier: AccessTokenVerifier): BearerGuardParts => ({ verifier, operatorToken: operatorToken(config) }),
  })
  return {
    module: PlatformModule,
    imports: [runtime, ObservabilityModule.with(metrics, readiness), ProblemsModule.of(...chosen.map(({ problems }) => problems)), guard, ...chosen.map(({ module }) => module)],
  }
}

@Module({})
class PlatformModule {}

function urlOf(app: NestFastifyApplication, host: string): string {
  const address: unknown = app.getHttpServer().address()
  const port = typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Says what it waits for, when it has to. */
async function viewsCaughtUp({ ready }: EventLogStrategy, logger: NestLogger): Promise<void> {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const wait = 'the views to reach the end of the event log'
  const progress = setInterval(() => logger.log({ msg: `waiting for ${wait}` }), PROGRESS_MS)
  const timer = setTimeout(() => reject(new OperatorError(`Brume cannot start: waited ${CATCH_UP_LIMIT_MS / 1_000} s for ${wait}`)), CATCH_UP_LIMIT_MS)
  try {
    await Promise.race([ready, limit])
  } finally {
    clearTimeout(timer)
    clearInterval(progress)
  }
}
