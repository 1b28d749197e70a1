import type { Clock, Config, NewId } from '@brume/config'
import { BINDINGS, DEVICES, OutboxPublisher, type EventLog, type EventLogStrategy } from '@brume/event-log'
import { Idempotency } from '@brume/http'
import type { Kek } from '@brume/keys'
import { Metrics } from '@brume/observability'
import { idempotencyRows, outboxRows, type Database, type Transaction } from '@brume/prisma'
import { CLOCK, CONFIG, DATABASE, EVENT_LOG, EVENT_LOG_STRATEGY, KEK, LOGGER, NEW_ID, TableView } from '@brume/runtime'
import { Inject, Module, type LoggerService, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { join } from 'node:path'
import { TransactionRepository } from './anchor/transaction.repository.ts'
import { BindingController } from './bindings/binding.controller.ts'
import { BindingService } from './bindings/binding.service.ts'
import { DeviceChanges } from './bindings/deviceChanges.ts'
import { DevicesConsumer } from './bindings/devices.consumer.ts'
import { ChainController } from './chains/chain.controller.ts'
import { ChainRepository } from './chains/chain.repository.ts'
import { ChainService } from './chains/chain.service.ts'
import { ChainKeeper } from './chains/chainKeeper.ts'
import { CheckpointRepository } from './checkpoints/checkpoint.repository.ts'
import { CheckpointWitness } from './checkpoints/checkpointWitness.ts'
import { EngineSupervisor } from './engines/index.ts'
import { loadPlatformKey, signerOf } from './keys/platformKey.ts'
import { ProofController } from './proofs/proof.controller.ts'
import { ProofService } from './proofs/proof.service.ts'
import { LedgerGuards } from './recovery/ledgerGuards.ts'
import { ReadingController } from './readings/reading.controller.ts'
import { ReadingService, type FindLeaf } from './readings/reading.service.ts'
import { DoorController } from './rpc/door.controller.ts'
import { DoorService } from './rpc/door.service.ts'
import { AnchorMetrics } from './runtime/anchorMetrics.ts'
import { EntriesConsumer } from './sequence/entries.consumer.ts'
import { SequenceService } from './sequence/sequence.service.ts'
import { Sequencer } from './sequence/sequencer.ts'
import { TlogController } from './tlog/tlog.controller.ts'
import { TlogService } from './tlog/tlog.service.ts'
import { BINDING_SERVICE, BINDING_VIEW, CHAIN_SERVICE, DEVICE_CHANGES, DEVICE_VIEW, DOOR_SERVICE, LEDGER_IDEMPOTENCY, LEDGER_PARTS, PROOF_SERVICE, READING_SERVICE, SEQUENCE_SERVICE, TLOG_SERVICE } from './tokens.ts'

/** Everything that the ledger is made of, put together once. */
interface LedgerParts {
  config: Config
  outbox: OutboxPublisher
  keeper: ChainKeeper
  sequence: SequenceService
  changes: DeviceChanges
  devices: TableView<typeof DEVICES>
  bindings: TableView<typeof BINDINGS>
  idempotency: Idempotency<Transaction>
  chains: ChainService
  binding: BindingService
  readings: ReadingService
  tlog: TlogService
  proofs: ProofService
  door: DoorService
}

async function assemble(config: Config, database: Database, eventLog: EventLog, clock: Clock, newId: NewId, kek: Kek, logger: LoggerService, metrics: Metrics): Promise<LedgerParts> {
  const chains = new ChainRepository(database, newId)
  await chains.load()
  const outbox = new OutboxPublisher({ log: eventLog, repository: outboxRows(database, 'ledgerOutbox'), onError: (error) => logger.error({ msg: 'the outbox waits', error }) })
  const platformKey = await loadPlatformKey(database, kek, clock, newId)
  const sequencer = new Sequencer(database.sqlite, (id) => chains.find(id), newId, clock)
  const { statements, offsets } = sequencer
  const head = (chain: { no: number; id: string; tenantId: string }) => sequencer.edgeOf(chain)
  const entryOfLeaf: FindLeaf = (chain, leafHash) => sequencer.entryOfLeaf(chain, leafHash)
  const supervisor = new EngineSupervisor()
  const transactions = new TransactionRepository(database)
  const checkpoints = new CheckpointRepository(database)
  const witness = new CheckpointWitness(join(config.dataDir, 'checkpoints'))
  const guards = new LedgerGuards({ statements, witness, sizeOf: (chain) => head(chain).size })
  await guards.compareAll(chains.all())
  const keeper = new ChainKeeper({
    config, kek, chains, outbox, clock, supervisor, transactions, checkpoints, statements, witness, guards,
    metrics: new AnchorMetrics(metrics, statements),
    head: (chain) => ({ size: head(chain).size, root: head(chain).root() }),
    trouble: (chain, error) => logger.warn({ msg: 'a chain does not get on, trying again', chain: chain.id, error }),
  })
  const devices = new TableView(DEVICES, eventLog)
  const bindings = new TableView(BINDINGS, eventLog)
  const signer = signerOf(platformKey)
  const changes = new DeviceChanges({ database, eventLog, offsets, chains, devices, signer })
  const sequence = new SequenceService({ database, eventLog, sequencer, outbox, clock, logger, metrics, onSequenced: ({ chainId }) => keeper.onSequenced(chainId) })
  return {
    config, outbox, keeper, sequence, changes, devices, bindings,
    idempotency: new Idempotency<Transaction>({ rows: idempotencyRows(database, 'ledgerIdempotency'), clock, newId }),
    chains: new ChainService({ config, database, chains, keeper, guards, outbox, kek, clock, newId, platformKey, sizeOf: (chain) => head(chain).size }),
    binding: new BindingService({ devices, bindings, eventLog, signer, clock, newId, changes }),
    readings: new ReadingService(entryOfLeaf, statements, transactions),
    tlog: new TlogService(checkpoints, statements),
    proofs: new ProofService({ database, entryOfLeaf, statements, transactions, checkpoints, platformKey, metrics }),
    door: new DoorService(supervisor),
  }
}

function part<Name extends keyof LedgerParts>(provide: symbol, name: Name) {
  return { provide, inject: [LEDGER_PARTS], useFactory: (parts: LedgerParts): LedgerParts[Name] => parts[name] }
}

@Module({
  controllers: [ChainController, BindingController, ReadingController, ProofController, TlogController, DoorController, EntriesConsumer, DevicesConsumer],
  providers: [
    { provide: LEDGER_PARTS, inject: [CONFIG, DATABASE, EVENT_LOG, CLOCK, NEW_ID, KEK, LOGGER, Metrics], useFactory: assemble },
    part(CHAIN_SERVICE, 'chains'),
    part(LEDGER_IDEMPOTENCY, 'idempotency'),
    part(SEQUENCE_SERVICE, 'sequence'),
    part(BINDING_SERVICE, 'binding'),
    part(DEVICE_CHANGES, 'changes'),
    part(DEVICE_VIEW, 'devices'),
    part(BINDING_VIEW, 'bindings'),
    part(READING_SERVICE, 'readings'),
    part(TLOG_SERVICE, 'tlog'),
    part(PROOF_SERVICE, 'proofs'),
    part(DOOR_SERVICE, 'door'),
  ],
})
export class LedgerModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(LEDGER_PARTS) private readonly parts: LedgerParts, @Inject(EVENT_LOG_STRATEGY) private readonly strategy: EventLogStrategy) {}

  /** Before any record is handed out: this process holds the partitions. */
  async onModuleInit(): Promise<void> {
    const { sequence, changes, config } = this.parts
    await sequence.takePartitions(config.entriesPartitions)
    await changes.takePartition()
    this.strategy.registerPosition('ledger', (_topic, partition) => sequence.position(partition))
    this.strategy.registerPosition('ledger-devices', () => changes.position())
  }

  onApplicationBootstrap(): void {
    this.parts.outbox.wake()
    this.parts.keeper.resumeAll()
  }

  /** After requests and batches have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.parts.keeper.close()
    await this.parts.outbox.close()
  }
}
