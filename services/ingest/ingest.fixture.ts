/** For tests and benches: ingest as it runs, over a log and a database of its own, and devices that sign. */
import { loadConfig, systemClock, uuidv7Ids, type Config } from '@brume/config'
import { generateDeviceKey, signerFromPrivateJwk, signReading, type Alg, type PublicJwk, type ReadingToSign, type Signer } from '@brume/envelope'
import { BINDINGS, CHAINS, controlEvent, declaredTopics, DEVICES, ENTRIES, EventLogStrategy, openEventLog, type BindingState, type ChainState, type ControlTopic, type DeviceState, type EventLog, type StoredRecord } from '@brume/event-log'
import { BearerGuardModule, createHttpApp, ProblemsModule } from '@brume/http'
import { loadKek } from '@brume/keys'
import { Metrics, ObservabilityModule, Readiness, traceRequests } from '@brume/observability'
import { openDatabase } from '@brume/prisma'
import { RuntimeModule, TOKEN_VERIFIER } from '@brume/runtime'
import { Module, type LoggerService } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { INGEST_PARTS } from './tokens.ts'
import { IngestModule, type IngestParts } from './ingest.module.ts'
import { ingestProblems } from './problems.ts'

export const newId = uuidv7Ids()
export const tenantId = newId()

export interface TestDevice {
  readonly id: string
  readonly jwk: PublicJwk
  readonly alg: Alg
  readonly signer: Signer
}

export async function newDevice(alg: Alg = 'EdDSA', id = newId(), keyNumber = 1): Promise<TestDevice> {
  const { publicJwk, privateJwk } = await generateDeviceKey(alg)
  return { id, jwk: publicJwk, alg, signer: await signerFromPrivateJwk(privateJwk, `${id}#${keyNumber}`, alg) }
}

export function chainState(changes: Partial<ChainState> = {}): ChainState {
  const id = changes.id ?? newId()
  return { id, tenantId, name: 'weather', state: 'ready', writeMode: 'batched', public: false, partition: 0, origin: `brume.test/chains/${id}`, anchoring: { maxDelayMs: 2_000, maxReadings: 1_000, slackMs: 10_000 }, ...changes }
}

export function deviceState({ id, jwk, alg }: TestDevice, changes: Partial<DeviceState> = {}): DeviceState {
  return { id, tenantId, name: 'thermometer', status: 'active', keys: [{ number: 1, jwk, alg, status: 'active' }], ...changes }
}

export function bindingState(chainId: string, deviceId: string): BindingState {
  return { chainId, deviceId, tenantId, leafHash: 'A'.repeat(43), index: 0 }
}

export async function reading(device: TestDevice, chainId: string, seq: number, more: Partial<ReadingToSign> & { payload?: string } = {}): Promise<string> {
  const { payload = `[{"n":"temperature","u":"Cel","v":${seq}}]`, ...header } = more
  return Buffer.from(await signReading({ chain: chainId, seq, iat: 1_763_733_600, cty: 'application/senml+json', ...header }, Buffer.from(payload), device.signer)).toString()
}

export interface StartOptions {
  /** A data folder that outlives this start. */
  readonly folder?: string
  readonly env?: Record<string, string>
  /** Stands between ingest and the log. */
  readonly wrapLog?: (log: EventLog) => EventLog
  readonly logger?: LoggerService
}

const silent: LoggerService = { log() {}, warn() {}, error() {} }

@Module({})
class Root {}

export class TestIngest {
  private constructor(readonly app: NestFastifyApplication, readonly log: EventLog, readonly parts: IngestParts, private readonly end: () => Promise<void>) {}

  static async start({ folder, env, wrapLog = (log) => log, logger = silent }: StartOptions = {}): Promise<TestIngest> {
    const dataDir = folder ?? newFolder()
    const config: Config = loadConfig({ env: { BRUME_DATA: dataDir, ...env }, argv: [] })
    const database = await openDatabase(config.databaseUrl)
    const log = await openEventLog(config.eventLogUrl, { topics: declaredTopics(config.entriesPartitions), clock: systemClock, maxPages: config.logMaxPages })
    const eventLog = wrapLog(log)
    const strategy = new EventLogStrategy({ log, onError: () => undefined })
    const runtime = RuntimeModule.with({ config, database, eventLog, strategy, logger, clock: systemClock, newId, kek: loadKek(config) })
    const guard = BearerGuardModule.with({ inject: [TOKEN_VERIFIER], useFactory: (verifier) => ({ verifier, operatorToken: 'x'.repeat(32) }) })
    const imports = [runtime, ObservabilityModule.with(new Metrics(), new Readiness()), ProblemsModule.of(ingestProblems), guard, IngestModule]
    const app = await createHttpApp({ module: Root, imports }, { logger })
    traceRequests(app.getHttpAdapter().getInstance())
    app.connectMicroservice({ strategy }, { inheritAppConfig: false })
    await app.init()
    await app.startAllMicroservices()
    await strategy.ready
    return new TestIngest(app, log, app.get<IngestParts>(INGEST_PARTS), async () => {
      await app.close()
      await log.close()
      await database.close()
      if (folder === undefined) rmSync(dataDir, { recursive: true })
    })
  }

  stop(): Promise<void> {
    return this.end()
  }

  /** A chain with the devices bound to it; returns once ingest has seen them. */
  async provide(chain: ChainState, ...devices: TestDevice[]): Promise<ChainState> {
    for (const device of devices) await this.publish(DEVICES, controlEvent(DEVICES, deviceState(device), stamp()))
    await this.publish(CHAINS, controlEvent(CHAINS, chain, stamp()))
    for (const device of devices) await this.bind(chain.id, device.id)
    return chain
  }

  async bind(chainId: string, deviceId: string): Promise<void> {
    await this.publish(BINDINGS, controlEvent(BINDINGS, bindingState(chainId, deviceId), stamp()))
    await until(() => this.parts.chains.find(chainId)?.bound.has(this.parts.devices.find(deviceId) ?? -1) === true)
  }

  async publishDevice(state: DeviceState, seen: () => boolean): Promise<void> {
    await this.publish(DEVICES, controlEvent(DEVICES, state, stamp()))
    await until(seen)
  }

  async publishChain(state: ChainState): Promise<void> {
    await this.publish(CHAINS, controlEvent(CHAINS, state, stamp()))
    await until(() => this.parts.chains.find(state.id)?.state?.state === state.state)
  }

  post(body: unknown, contentType = 'application/json', more: Record<string, string> = {}) {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    return this.app.inject({ method: 'POST', url: '/v1/readings', payload, headers: contentType === '' ? more : { 'content-type': contentType, ...more } })
  }

  postOne(envelope: string, more: Record<string, string> = {}) {
    return this.post(envelope, 'application/jose', more)
  }

  async entries(partition = 0): Promise<StoredRecord[]> {
    const entries: StoredRecord[] = []
    for (let page = await this.log.readFrom(ENTRIES, partition, 0, 10_000); page.length > 0; page = await this.log.readFrom(ENTRIES, partition, entries.length, 10_000)) entries.push(...page)
    return entries
  }

  private async publish(topic: ControlTopic, { key, value }: { key: string; value: string }): Promise<void> {
    await this.log.append(topic, 0, [{ key, value: Buffer.from(value) }])
  }
}

function stamp() {
  return { id: newId(), time: new Date().toISOString() }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'brume-ingest-'))
}

const LIMIT_MS = 10_000

/** Looks again at every turn of the event loop. */
export async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + LIMIT_MS
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('what the test waits for did not happen')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
