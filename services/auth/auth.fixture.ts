/** For the tests of this service: the service as main.ts starts it, on a real database and a real event log in a folder of its own. */
import 'reflect-metadata'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoggerService } from '@nestjs/common'
import { Module } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { onTestFinished } from 'vitest'
import { loadConfig, operatorToken, systemClock, uuidv7Ids, type Clock, type Config } from '@brume/config'
import { generateDeviceKey, signerFromPrivateJwk, type Alg } from '@brume/envelope'
import { EventLogStrategy, declaredTopics, openEventLog, parseEvents, type ControlData, type ControlTopic, type EventLog } from '@brume/event-log'
import { BearerGuardModule, ProblemsModule, createHttpApp, type BearerGuardParts } from '@brume/http'
import { loadKek, type AccessTokenVerifier } from '@brume/keys'
import { Metrics, ObservabilityModule, Readiness } from '@brume/observability'
import { openDatabase, type Database } from '@brume/prisma'
import { RuntimeModule, TOKEN_VERIFIER } from '@brume/runtime'
import { AuthModule, authProblems, tenantTokenPath } from './index.ts'

export interface AuthOptions {
  readonly dataDir: string
  readonly clock?: Clock
  /** `PRAGMA max_page_count` of the database. */
  readonly maxPages?: number
  /** Stands between the service and the real log. */
  readonly throughLog?: (log: EventLog) => EventLog
}

export interface Auth {
  readonly app: NestFastifyApplication
  readonly config: Config
  /** As the platform sees it: all tenants. */
  readonly database: Database
  readonly eventLog: EventLog
  readonly readiness: Readiness
  readonly errors: unknown[]
  stop(): Promise<void>
}

/** Goes with the process of the tests when `untilEnd` is given as `afterAll`, else with the test. */
export function newDataDir(untilEnd: (work: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'brume-auth-'))
  untilEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens the database that belongs to a data folder: the same folder again, the same database. */
export type OpenDatabase = (dataDir: string, maxPages?: number) => Promise<Database>

let openFor: OpenDatabase = (dataDir, maxPages) => openDatabase(loadConfig({ env: {}, argv: ['--data', dataDir] }).databaseUrl, { maxPages })

/** For everything that this file of tests starts; SQLite unless told. */
export function useDatabases(open: OpenDatabase): void {
  openFor = open
}

export function openTestDatabase(dataDir: string, maxPages?: number): Promise<Database> {
  return openFor(dataDir, maxPages)
}

@Module({})
class TestPlatform {}

export async function startAuth({ dataDir, clock = systemClock, maxPages, throughLog = (log) => log }: AuthOptions): Promise<Auth> {
  const config = loadConfig({ env: {}, argv: ['--data', dataDir] })
  const database = await openTestDatabase(dataDir, maxPages)
  const eventLog = await openEventLog(config.eventLogUrl, { topics: declaredTopics(), clock: systemClock, retry: { firstMs: 1, mostMs: 20 } })
  const readiness = new Readiness()
  const errors: unknown[] = []
  const strategy = new EventLogStrategy({ log: eventLog, onError: (error) => errors.push(error) })
  const runtime = RuntimeModule.with({ config, database, eventLog: throughLog(eventLog), strategy, logger: listening(errors), clock, newId: uuidv7Ids(clock), kek: loadKek(config) })
  const guard = BearerGuardModule.with({ inject: [TOKEN_VERIFIER], useFactory: (verifier: AccessTokenVerifier): BearerGuardParts => ({ verifier, operatorToken: operatorToken(config) }) })
  const observability = ObservabilityModule.with(new Metrics(), readiness)
  const closeStorage = async (): Promise<void> => {
    await eventLog.close()
    await database.close()
  }
  const app = await createHttpApp({ module: TestPlatform, imports: [runtime, observability, ProblemsModule.of(authProblems), guard, AuthModule] }, { logger: listening(errors) }).catch(async (error: unknown) => {
    await closeStorage()
    throw error
  })
  app.connectMicroservice({ strategy }, { inheritAppConfig: false })
  await app.init()
  await app.startAllMicroservices()
  await strategy.ready
  const stop = async (): Promise<void> => {
    await app.close()
    await closeStorage()
  }
  return { app, config, database: database.forPlatform(), eventLog, readiness, errors, stop }
}

function listening(errors: unknown[]): LoggerService {
  const keep = (message: unknown): void => void errors.push(message)
  return { log() {}, warn() {}, debug() {}, verbose() {}, error: keep, fatal: keep }
}

export interface Call {
  readonly token?: string
  readonly body?: object
  readonly key?: string
}

export async function call({ app }: Auth, method: 'GET' | 'POST', url: string, { token, body, key }: Call = {}) {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(key !== undefined && { 'idempotency-key': key }) }
  const response = await app.inject({ method, url, headers, ...(body !== undefined && { payload: body }) })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}

export function firstTenantToken({ config }: Auth): string {
  return readFileSync(tenantTokenPath(config.dataDir), 'utf8').trim()
}

export function operator({ config }: Auth): string {
  return operatorToken(config)
}

export async function newTenant(auth: Auth, name = 'Harbour'): Promise<{ id: string; token: string }> {
  return (await call(auth, 'POST', '/v1/tenants', { token: operator(auth), body: { name } })).body
}

/** The newest state of each key, as another service would read it. */
export async function statesOn<Topic extends ControlTopic>({ eventLog }: Auth, topic: Topic): Promise<ControlData<Topic>[]> {
  const records = await eventLog.readFrom(topic, 0, 0, 1_000)
  return (await parseEvents(eventLog, topic, { topic, partition: 0, records })).map(({ data }) => data)
}

/** A key as a device makes it, which can sign for any kid. */
export async function deviceKey(alg: Alg = 'EdDSA') {
  const { publicJwk, privateJwk } = await generateDeviceKey(alg)
  return { jwk: publicJwk, privateJwk, signerAs: (kid: string) => signerFromPrivateJwk(privateJwk, kid) }
}
export type TestKey = Awaited<ReturnType<typeof deviceKey>>
