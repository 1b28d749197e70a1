import { faultPoint, type Clock } from '@brume/config'
import { parseControlPayload, parseEntry, type ControlEnvelope, type EntryEnvelope, type ReadingEnvelope } from '@brume/envelope'
import { PartitionHalted, type RecordBatch, type StoredRecord } from '@brume/event-log'
import { leafHash } from '@brume/merkle'
import { entryFlags } from '@brume/proof'
import type BetterSqlite3 from 'better-sqlite3'
import { ChainSequenceLoader, type ChainSequence, type SequencedChain } from './chainSequence.ts'
import { DeviceStatements } from './deviceStatements.ts'
import { EntryStatements, type StoredEntry } from './entryStatements.ts'
import { LogOffsets } from './logOffsets.ts'
import { nativeSha256 } from './nativeSha256.ts'

/** Finds the chain that a record's key names; undefined = this ledger has never heard of it. */
export type FindChain = (chainId: string) => SequencedChain | undefined

/** A record that names a chain the ledger does not have: the database is older than the log, or not ours. The partition stops. */
export class UnknownChain extends PartitionHalted {
  override name = 'UnknownChain'
  override readonly code = 'UNKNOWN_CHAIN'
}

/** What one batch did to one ledger. */
export interface SequencedRun {
  chainId: string
  chainNo: number
  /** Tree size before and after. */
  from: number
  to: number
  /** Log's append time of the first new entry, ms. */
  firstAcceptedAtMs: number
  equivocations: { index: number; firstIndex: number }[]
  /** Control entries among them: something for the outbox. */
  controls: number
}

export interface SequencedBatch {
  runs: SequencedRun[]
  /** Records that are no entry: ingest parses with the same parser, so each is an alert. */
  unreadable: { record: StoredRecord; reason: string }[]
}

/**
 * Turns records of a partition into entries of ledgers: decisions depend only on bytes and their order in the partition. Entries, tree
 * edge, tiles, identities and the log offset change in one transaction.
 */
export class Sequencer {
  readonly statements: EntryStatements
  readonly offsets: LogOffsets
  private readonly devices: DeviceStatements
  private readonly loader: ChainSequenceLoader
  private readonly sequences = new Map<string, ChainSequence>()

  constructor(private readonly db: BetterSqlite3.Database, private readonly findChain: FindChain, newId: () => string, clock: Clock) {
    this.statements = new EntryStatements(db)
    this.offsets = new LogOffsets(db)
    this.devices = new DeviceStatements(db, newId, clock)
    this.loader = new ChainSequenceLoader(db, this.statements)
  }

  /** Synchronous: the caller holds the database's write lock. A record from below the stored offset is trimmed (it is in already). */
  sequence(batch: RecordBatch, epoch: number): SequencedBatch {
    const { next } = this.offsets.of(batch.topic, batch.partition)
    const records = batch.records.filter((record) => record.offset >= next)
    const first = records[0]
    const last = records.at(-1)
    if (!first || !last) return { runs: [], unreadable: [] }
    try {
      const result = this.db.transaction(() => {
        this.offsets.advance(batch.topic, batch.partition, epoch, first.offset, last.offset + 1)
        const sequenced = this.append(records)
        faultPoint('sequence.before-commit')
        return sequenced
      }).immediate()
      faultPoint('sequence.after-commit')
      return result
    } catch (error) {
      this.sequences.clear() // memory has run ahead of the database: read it again
      this.statements.clear()
      throw error
    }
  }

  /** The ledger's right edge as the last committed transaction left it. */
  edgeOf(chain: SequencedChain) {
    return this.sequenceOf(chain).edge
  }

  /** The first entry with this leaf hash. */
  entryOfLeaf(chain: SequencedChain, leafHash: Uint8Array): StoredEntry | undefined {
    return this.findLeaf(this.sequenceOf(chain), leafHash)
  }

  private findLeaf({ chain, leaves }: ChainSequence, leafHash: Uint8Array): StoredEntry | undefined {
    for (const index of leaves.candidates(leafHash)) {
      const entry = this.statements.entryAt(chain.no, index)
      if (entry?.leafHash.equals(leafHash)) return entry
    }
    return undefined
  }

  private append(records: StoredRecord[]): SequencedBatch {
    const runs = new Map<string, SequencedRun>()
    const unreadable: SequencedBatch['unreadable'] = []
    for (const record of records) {
      const parsed = parseEntry(record.value)
      if (!parsed.ok) unreadable.push({ record, reason: `${parsed.refusal.code}: ${parsed.refusal.detail}` })
      else this.take(runs, parsed.envelope, record.timeMs)
    }
    this.statements.flush()
    for (const run of runs.values()) this.finish(run)
    return { runs: [...runs.values()].filter((run) => run.to > run.from), unreadable }
  }

  private take(runs: Map<string, SequencedRun>, envelope: EntryEnvelope, acceptedAtMs: number): void {
    const sequence = this.sequenceNamed(envelope.chain)
    let run = runs.get(envelope.chain)
    if (!run) {
      const size = sequence.edge.size
      run = { chainId: envelope.chain, chainNo: sequence.chain.no, from: size, to: size, firstAcceptedAtMs: acceptedAtMs, equivocations: [], controls: 0 }
      runs.set(envelope.chain, run)
    }
    const hash = leafHash(envelope.bytes, nativeSha256)
    if (envelope.typ === 'brume-reading') this.takeReading(sequence, run, envelope, hash, acceptedAtMs)
    else this.takeControl(sequence, run, envelope, hash, acceptedAtMs)
    run.to = sequence.edge.size
  }

  private takeReading(sequence: ChainSequence, run: SequencedRun, envelope: ReadingEnvelope, hash: Uint8Array, acceptedAtMs: number): void {
    const standing = sequence.devices.flagsOf(envelope)
    const deviceNo = sequence.deviceNumbers.get(envelope.signer.deviceId)
    const index = sequence.edge.size
    if (deviceNo !== undefined && this.statements.claimIdentity(deviceNo, envelope.epoch, envelope.seq, index)) {
      this.appendEntry(sequence, envelope, hash, standing, acceptedAtMs)
      return
    }
    if (this.findLeaf(sequence, hash)) return // the very same bytes: they have their leaf
    const conflict = deviceNo === undefined ? 0 : this.conflictWithFirst(sequence, run, envelope, deviceNo, index)
    this.appendEntry(sequence, envelope, hash, standing | conflict, acceptedAtMs)
  }

  private conflictWithFirst(sequence: ChainSequence, run: SequencedRun, envelope: ReadingEnvelope, deviceNo: number, index: number): number {
    const firstIndex = this.statements.identityIndex(deviceNo, envelope.epoch, envelope.seq) ?? 0
    const first = this.statements.entryAt(sequence.chain.no, firstIndex)
    if (first && startsWith(first.envelope, envelope.signingInput)) return entryFlags.repeat
    run.equivocations.push({ index, firstIndex })
    return entryFlags.equivocation
  }

  private takeControl(sequence: ChainSequence, run: SequencedRun, envelope: ControlEnvelope, hash: Uint8Array, acceptedAtMs: number): void {
    if (this.findLeaf(sequence, hash)) return
    const payload = parseControlPayload(envelope)
    const index = sequence.edge.size
    this.appendEntry(sequence, envelope, hash, 0, acceptedAtMs)
    if (!payload.ok) return // signed by the platform and meaningless: it stands, and changes nothing
    sequence.devices.apply(payload.value, index)
    const deviceId = payload.value.device
    const standing = sequence.devices.of(deviceId)
    if (standing) sequence.deviceNumbers.set(deviceId, this.devices.store(sequence.chain, deviceId, standing))
    if (payload.value.typ === 'brume-binding') this.devices.announceBinding(sequence.chain, deviceId, hash, index)
    run.controls++
  }

  private appendEntry(sequence: ChainSequence, envelope: EntryEnvelope, hash: Uint8Array, flags: number, acceptedAtMs: number): void {
    const { chain, edge, tail, leaves } = sequence
    this.statements.insertEntry(chain.no, edge.size, envelope.bytes, hash, flags, acceptedAtMs)
    leaves.add(hash, edge.size)
    edge.append(hash, (level, index, node) => {
      if (level % 8 === 0) tail.add(level, index, node, (l, i, hashes) => this.statements.putTile(chain.no, l, i, hashes))
    })
  }

  private finish(run: SequencedRun): void {
    if (run.to === run.from) return
    const { edge, tail, leaves } = this.sequenceNamed(run.chainId)
    tail.flush((level, index, hashes) => this.statements.putTile(run.chainNo, level, index, hashes))
    this.statements.putEdge(run.chainNo, edge.toBytes())
    leaves.writeSlice(edge.size)
  }

  private sequenceNamed(chainId: string): ChainSequence {
    const known = this.sequences.get(chainId)
    if (known) return known
    const chain = this.findChain(chainId)
    if (!chain) throw new UnknownChain(`the log has entries of chain ${chainId}, which this database does not know`)
    return this.sequenceOf(chain)
  }

  private sequenceOf(chain: SequencedChain): ChainSequence {
    const known = this.sequences.get(chain.id)
    if (known) return known
    const loaded = this.loader.load(chain)
    this.sequences.set(chain.id, loaded)
    return loaded
  }
}

function startsWith(envelope: Uint8Array, signingInput: Uint8Array): boolean {
  return envelope.length > signingInput.length && Buffer.compare(envelope.subarray(0, signingInput.length), signingInput) === 0 && envelope[signingInput.length] === 0x2e
}
