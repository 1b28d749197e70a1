import type { Clock, Config, NewId } from '@brume/config'
import type { EventLog } from '@brume/event-log'
import type { Kek } from '@brume/keys'
import { Metrics, Readiness } from '@brume/observability'
import { outboxRows, type Database } from '@brume/prisma'
import { CLOCK, CONFIG, DATABASE, EVENT_LOG, KEK, LOGGER, NEW_ID, serviceDatabase } from '@brume/runtime'
import { Inject, Module, type LoggerService, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { KeyAnnouncement } from './promises/keyAnnouncement.ts'
import { loadPromiseKey, signerOf } from './promises/promiseKey.ts'
import { Promiser } from './promises/promiser.ts'
import { AcceptMetrics } from './readings/acceptMetrics.ts'
import { AcceptanceService } from './readings/acceptance.ts'
import { ReadingLog } from './readings/readingLog.ts'
import { ReadingController } from './readings/reading.controller.ts'
import { RecentReadings } from './readings/recentReadings.ts'
import { warmUp } from './readings/warmUp.ts'
import { ACCEPTANCE, CHAIN_STANDINGS, DEVICE_STANDINGS, INGEST_PARTS } from './tokens.ts'
import { VerifyPool } from './verify/verifyPool.ts'
import { ChainStandings } from './views/chainStandings.ts'
import { DeviceStandings } from './views/deviceStandings.ts'
import { ViewsConsumer } from './views/views.consumer.ts'

/** Everything that ingest is made of, put together once. */
export interface IngestParts {
  readonly config: Config
  readonly log: EventLog
  readonly devices: DeviceStandings
  readonly chains: ChainStandings
  readonly recent: RecentReadings
  readonly pool: VerifyPool
  readonly announcement: KeyAnnouncement
  readonly acceptance: AcceptanceService
}

/** How long the start waits for the log to take ingest's key; after that readiness says what is waited for. */
const ANNOUNCE_LIMIT_MS = 10_000

async function assemble(config: Config, database: Database, log: EventLog, clock: Clock, newId: NewId, kek: Kek, logger: LoggerService, metrics: Metrics): Promise<IngestParts> {
  const key = await loadPromiseKey({ database, kek, clock, newId })
  const devices = new DeviceStandings()
  const chains = new ChainStandings(devices)
  const recent = new RecentReadings()
  const pool = new VerifyPool({ threads: config.verifyThreads, onCrash: (error) => logger.error({ msg: 'a verify thread has ended, another is started', error }) })
  const announcement = new KeyAnnouncement({ log, repository: outboxRows(database, 'ingestOutbox'), onError: (error) => logger.error({ msg: 'the outbox waits', error }) })
  const acceptance = new AcceptanceService({
    devices, chains, recent, pool, log, announcement,
    promiser: new Promiser(signerOf(key)),
    metrics: new AcceptMetrics(metrics),
    readingLog: ReadingLog.of(logger),
    onFailure: ({ kind, cause }) => logger.error({ msg: 'readings could not be taken', code: kind.code, cause }),
  })
  return { config, log, devices, chains, recent, pool, announcement, acceptance }
}

function part<Name extends keyof IngestParts>(provide: symbol, name: Name) {
  return { provide, inject: [INGEST_PARTS], useFactory: (parts: IngestParts): IngestParts[Name] => parts[name] }
}

@Module({
  controllers: [ReadingController, ViewsConsumer],
  providers: [
    serviceDatabase('ingest'),
    { provide: INGEST_PARTS, inject: [CONFIG, DATABASE, EVENT_LOG, CLOCK, NEW_ID, KEK, LOGGER, Metrics], useFactory: assemble },
    part(ACCEPTANCE, 'acceptance'),
    part(DEVICE_STANDINGS, 'devices'),
    part(CHAIN_STANDINGS, 'chains'),
  ],
})
export class IngestModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts, private readonly readiness: Readiness) {}

  async onModuleInit(): Promise<void> {
    const { announcement, config, log } = this.parts
    this.readiness.register('promise-key', () => (announcement.done ? undefined : 'the key that signs promises is not on the log yet'))
    this.readiness.register('ingest-log', () => log.check().then(() => undefined))
    await warmUp(this.parts, config.entriesPartitions)
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.parts.announcement.start(ANNOUNCE_LIMIT_MS)
  }

  /** After requests have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.parts.announcement.close()
    await this.parts.pool.close()
  }
}
