import 'reflect-metadata'
import { loadConfig, systemClock, uuidv7Ids } from '@brume/config'
import { generateDeviceKey, makeBindingRequest, signerFromPrivateJwk, signReading, type PublicJwk, type Signer } from '@brume/envelope'
import { controlEvent, declaredTopics, DEVICES, ENTRIES, EventLogStrategy, KEYS, openEventLog, TENANTS, type DeviceState, type EventLog, type OutboxEntry } from '@brume/event-log'
import { BearerGuardModule, createHttpApp, ProblemsModule } from '@brume/http'
import { AccessTokenIssuer, loadKek, SigningKey, type AccessTokenVerifier } from '@brume/keys'
import { leafHash } from '@brume/merkle'
import { createLogger, Metrics, NestLogger, ObservabilityModule, Readiness } from '@brume/observability'
import { openDatabase, type Database } from '@brume/prisma'
import { RuntimeModule, TOKEN_VERIFIER } from '@brume/runtime'
import { Module } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { LedgerModule } from './ledger.module.ts'
import { ledgerProblems } from './problems.ts'

@Module({})
class TestRoot {}

export const newId = uuidv7Ids()

export interface TestDevice {
  state: DeviceState
  publicJwk: PublicJwk
  signer: Signer
}

/** The ledger service alone, on real database, log and engines; what auth and ingest would put on the log is put there by the test. */
export class TestLedger {
  readonly tenantId = newId()
  private readonly tokenKey = SigningKey.generate('auth#1')
  private constructor(readonly app: NestFastifyApplication, readonly database: Database, readonly eventLog: EventLog) {}

  static async start(dataDir: string, from?: TestLedger): Promise<TestLedger> {
    const config = loadConfig({ env: { BRUME_DATA: dataDir, LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error', BRUME_ENGINE_LEASE_MS: '60000' }, argv: [] })
    const logger = new NestLogger(createLogger({ level: config.logLevel }))
    const database = await openDatabase(config.databaseUrl)
    const eventLog = await openEventLog(config.eventLogUrl, { topics: declaredTopics(config.entriesPartitions), clock: systemClock })
    const strategy = new EventLogStrategy({ log: eventLog, onError: (error, where) => logger.error({ msg: 'handler', ...where, error }) })
    const app = await createHttpApp({
      module: TestRoot,
      imports: [
        RuntimeModule.with({ config, database, eventLog, strategy, logger, clock: systemClock, newId, kek: loadKek(config) }),
        ObservabilityModule.with(new Metrics(), new Readiness()),
        ProblemsModule.of(ledgerProblems),
        BearerGuardModule.with({ inject: [TOKEN_VERIFIER], useFactory: (verifier: AccessTokenVerifier) => ({ verifier, operatorToken: 'o'.repeat(32) }) }),
        LedgerModule,
      ],
    }, { logger })
    app.connectMicroservice({ strategy }, { inheritAppConfig: false })
    await app.init()
    await app.startAllMicroservices()
    const ledger = new TestLedger(app, database, eventLog)
    if (from) Object.assign(ledger, { tenantId: from.tenantId, tokenKey: from.tokenKey })
    await ledger.announceTokenKey()
    await strategy.ready
    return ledger
  }

  async stop(): Promise<void> {
    await this.app.close()
    await this.eventLog.close()
    await this.database.close()
  }

  token(tenantId = this.tenantId): Promise<string> {
    return new AccessTokenIssuer({ issuer: 'brume.local', key: this.tokenKey, clock: systemClock, newId }).issue({ subject: tenantId, tenantId, scope: ['chains'], lifetimeS: 3600 })
  }

  /** @returns status and parsed (or plain) body */
  async request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, token: string | null = null): Promise<{ status: number; body: any; headers: Record<string, unknown> }> { // `any`: tests say what they expect
    const response = await this.app.inject({ method, url, ...(payload ? { payload } : {}), headers: { authorization: `Bearer ${token ?? (await this.token())}` } })
    const json = String(response.headers['content-type']).includes('json')
    return { status: response.statusCode, body: json && response.body !== '' ? JSON.parse(response.body) : response.body, headers: response.headers }
  }

  async device(alg: 'EdDSA' | 'ES256' = 'EdDSA', tenantId = this.tenantId): Promise<TestDevice> {
    const id = newId()
    const { publicJwk, privateJwk } = await generateDeviceKey(alg)
    const state: DeviceState = { id, tenantId, name: 'a device', status: 'active', keys: [{ number: 1, jwk: publicJwk, alg, status: 'active' }] }
    await this.publish(DEVICES, state)
    return { state, publicJwk, signer: await signerFromPrivateJwk(privateJwk, `${id}#1`) }
  }

  publish(topic: typeof DEVICES, state: DeviceState): Promise<void> {
    return this.put(controlEvent(topic, state, this.stamp()))
  }

  async bindingRequest(device: TestDevice, chain: string): Promise<string> {
    return Buffer.from(await makeBindingRequest({ chain, iat: 1, jwk: device.publicJwk }, device.signer)).toString()
  }

  /** As ingest would after it has accepted them. @returns the leaf hashes */
  async accept(chain: { id: string; partition: number }, envelopes: Uint8Array[]): Promise<string[]> {
    await this.eventLog.append(ENTRIES, chain.partition, envelopes.map((value) => ({ key: chain.id, value })))
    return envelopes.map((envelope) => Buffer.from(leafHash(envelope)).toString('base64url'))
  }

  reading(device: TestDevice, chain: string, seq: number): Promise<Uint8Array> {
    return signReading({ chain, seq, iat: 1, cty: 'application/senml+json' }, Buffer.from(JSON.stringify([{ n: 'temperature', u: 'Cel', v: seq }])), device.signer)
  }

  async partitionOf(chainId: string): Promise<number> {
    return (await this.database.prisma.chain.findUniqueOrThrow({ where: { id: chainId } })).partition
  }

  private async announceTokenKey(): Promise<void> {
    const { kty, crv, x } = this.tokenKey.publicJwk
    await this.put(controlEvent(TENANTS, { id: this.tenantId, name: 'a tenant' }, this.stamp()))
    await this.put(controlEvent(KEYS, { kid: this.tokenKey.kid, owner: 'auth', use: 'token', jwk: { kty, crv, x }, status: 'active' }, this.stamp()))
  }

  private async put({ topic, key, value }: OutboxEntry): Promise<void> {
    await this.eventLog.append(topic, 0, [{ key, value: Buffer.from(value) }])
  }

  private stamp(): { id: string; time: string } {
    return { id: newId(), time: new Date().toISOString() }
  }
}

/** Asks until `ready` gives something, at most `limitMs`. */
export async function eventually<T>(ready: () => Promise<T | undefined>, limitMs = 30_000): Promise<T> {
  const until = Date.now() + limitMs
  for (;;) {
    const value = await ready()
    if (value !== undefined) return value
    if (Date.now() > until) throw new Error(`not within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
