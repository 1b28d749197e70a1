import type { Clock, Config, NewId } from '@brume/config'
import { BINDINGS, declaredTopics, DEVICES, OutboxPublisher, type EventLog, type EventLogStrategy } from '@brume/event-log'
import { Idempotency } from '@brume/http'
import type { Kek } from '@brume/keys'
import { Metrics } from '@brume/observability'
import { asPlatform, idempotencyRows, outboxRows, type Database, type Transaction } from '@brume/prisma'
import { CLOCK, CONFIG, DATABASE, EVENT_LOG, EVENT_LOG_STRATEGY, KEK, LOGGER, NEW_ID, serviceDatabase, TableView } from '@brume/runtime'
import { Inject, Module, type LoggerService, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { join } from 'node:path'
import { TransactionRepository } from './anchor/transaction.repository.ts'
import { BindingController } from './bindings/binding.controller.ts'
import { BindingService } from './bindings/binding.service.ts'
import { DeviceChanges } from './bindings/deviceChanges.ts'
import { DevicesConsumer } from './bindings/devices.consumer.ts'
import { ChainController } from './chains/chain.controller.ts'
import type { Chain } from './chains/chain.ts'
import { ChainRepository } from './chains/chain.repository.ts'
import { ChainService } from './chains/chain.service.ts'
import { ChainKeeper } from './chains/chainKeeper.ts'
import { ChainsConsumer } from './chains/chains.consumer.ts'
import { CheckpointRepository } from './checkpoints/checkpoint.repository.ts'
import { CheckpointsConsumer } from './checkpoints/checkpoints.consumer.ts'
import { witnessFor } from './checkpoints/checkpointWitness.ts'
import { DeadLetterController } from './deadLetters/deadLetter.controller.ts'
import { DeadLetterService } from './deadLetters/deadLetter.service.ts'
import { DeadLettersConsumer } from './deadLetters/deadLetters.consumer.ts'
import { DeadLetterView } from './deadLetters/deadLetterView.ts'
import { LetterReplay } from './deadLetters/letterReplay.ts'
import { engineFor, EngineSupervisor } from './engines/index.ts'
import { loadPlatformKey, signerOf } from './keys/platformKey.ts'
import { ProofController } from './proofs/proof.controller.ts'
import { ProofRepository } from './proofs/proof.repository.ts'
import { ProofService } from './proofs/proof.service.ts'
import { LedgerGuards } from './recovery/ledgerGuards.ts'
import { ReadingController } from './readings/reading.controller.ts'
import { ReadingService } from './readings/reading.service.ts'
import { DoorController } from './rpc/door.controller.ts'
import { DoorService } from './rpc/door.service.ts'
import { AnchorMetrics } from './runtime/anchorMetrics.ts'
import { EntriesConsumer } from './sequence/entries.consumer.ts'
import { SequenceService } from './sequence/sequence.service.ts'
import { Sequencer } from './sequence/sequencer.ts'
import { ledgerStores } from './store/ledgerStores.ts'
import { TlogController } from './tlog/tlog.controller.ts'
import { TlogService } from './tlog/tlog.service.ts'
import { BINDING_SERVICE, BINDING_VIEW, CHAIN_KEEPER, CHAIN_SERVICE, CHECKPOINT_WITNESS, DEAD_LETTER_SERVICE, DEAD_LETTER_VIEW, DEVICE_CHANGES, DEVICE_VIEW, DOOR_SERVICE, LEDGER_IDEMPOTENCY, LEDGER_PARTS, PROOF_SERVICE, READING_SERVICE, SEQUENCE_SERVICE, TLOG_SERVICE } from './tokens.ts'

/** Everything that the ledger is made of, put together once. */
interface LedgerParts {
  config: Config
  outbox: OutboxPublisher
  keeper: ChainKeeper
  witness: ReturnType<typeof witnessFor>
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
  letters: DeadLetterView
  deadLetters: DeadLetterService
}

async function assemble(config: Config, database: Database, eventLog: EventLog, strategy: EventLogStrategy, clock: Clock, newId: NewId, kek: Kek, logger: LoggerService, metrics: Metrics): Promise<LedgerParts> {
  const { store, reader } = ledgerStores(database)
  const chains = new ChainRepository(database, newId)
  const chainById = (id: string): Promise<Chain | undefined> => asPlatform(() => chains.find(id))
  const outbox = new OutboxPublisher({ log: eventLog, repository: outboxRows(database, 'ledgerOutbox'), onError: (error) => logger.error({ msg: 'the outbox waits', error }) })
  const platformKey = await loadPlatformKey(database, kek, clock, newId)
  const sequencer = new Sequencer(store, chainById, newId, clock)
  const supervisor = new EngineSupervisor()
  const engine = engineFor(config)
  const transactions = new TransactionRepository(database)
  const checkpoints = new CheckpointRepository(database)
  const witness = witnessFor(database, eventLog, join(config.dataDir, 'checkpoints'))
  const guards = new LedgerGuards({ reader: store, witness })
  const keeper = new ChainKeeper({
    config, kek, database, newId, clock, engine, supervisor, outbox, store, witness, guards,
    metrics: new AnchorMetrics(metrics, store),
    open: (chain) => sequencer.open(chain),
    head: (chain) => sequencer.headOf(chain.id),
    trouble: (chain, error) => logger.warn({ msg: 'a chain does not get on, trying again', chain: chain.id, error }),
  })
  const devices = new TableView(DEVICES, eventLog)
  const bindings = new TableView(BINDINGS, eventLog)
  const signer = signerOf(platformKey)
  const letters = new DeadLetterView({ eventLog, metrics })
  const replay = new LetterReplay({ eventLog, topics: declaredTopics(config.entriesPartitions), knowsChain: async (id) => (await chainById(id)) !== undefined })
  const changes = new DeviceChanges({ database, eventLog, store, chainsIn: (of) => new ChainRepository(of, newId), devices, signer })
  const sequence = new SequenceService({
    eventLog, sequencer, outbox, logger, metrics,
    ready: () => strategy.ready,
    onHeld: (hold) => keeper.held(hold),
    onReleased: (partition) => keeper.released(partition),
    onSequenced: ({ chainId }, traced) => keeper.onSequenced(chainId, traced),
  })
  return {
    config, outbox, keeper, witness, sequence, changes, devices, bindings,
    idempotency: new Idempotency<Transaction>({ rows: idempotencyRows(database, 'ledgerIdempotency'), clock, newId }),
    chains: new ChainService({ config, database, chains, reader, guards, outbox, kek, clock, newId, platformKey }),
    binding: new BindingService({ devices, bindings, eventLog, signer, clock, newId, changes }),
    readings: new ReadingService(reader, transactions),
    tlog: new TlogService(checkpoints, reader),
    proofs: new ProofService({ proofs: new ProofRepository(database, reader), platformKey, metrics }),
    door: new DoorService(engine, config.dataDir),
    letters,
    deadLetters: new DeadLetterService({ database, eventLog, letters, replay }),
  }
}

function part<Name extends keyof LedgerParts>(provide: symbol, name: Name) {
  return { provide, inject: [LEDGER_PARTS], useFactory: (parts: LedgerParts): LedgerParts[Name] => parts[name] }
}

@Module({
  controllers: [ChainController, BindingController, ReadingController, ProofController, TlogController, DoorController, DeadLetterController, EntriesConsumer, ChainsConsumer, CheckpointsConsumer, DevicesConsumer, DeadLettersConsumer],
  providers: [
    serviceDatabase('ledger'),
    { provide: LEDGER_PARTS, inject: [CONFIG, DATABASE, EVENT_LOG, EVENT_LOG_STRATEGY, CLOCK, NEW_ID, KEK, LOGGER, Metrics], useFactory: assemble },
    part(CHAIN_SERVICE, 'chains'),
    part(CHAIN_KEEPER, 'keeper'),
    part(CHECKPOINT_WITNESS, 'witness'),
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
    part(DEAD_LETTER_VIEW, 'letters'),
    part(DEAD_LETTER_SERVICE, 'deadLetters'),
  ],
})
export class LedgerModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(LEDGER_PARTS) private readonly parts: LedgerParts, @Inject(EVENT_LOG_STRATEGY) private readonly strategy: EventLogStrategy) {}

  onModuleInit(): void {
    this.strategy.registerGroup('ledger', this.parts.sequence)
    this.strategy.registerGroup('ledger-devices', this.parts.changes)
  }

  onApplicationBootstrap(): void {
    this.parts.outbox.wake()
  }

  /** After requests and batches have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.parts.keeper.close()
    await this.parts.outbox.close()
  }
}
