import type { Clock } from '@brume/config'
import { PartitionHalted, type RecordBatch } from '@brume/event-log'
import type { LedgerStore, LogPosition } from '../store/ledgerStore.ts'
import { BatchDraft, type SequencedRun } from './batchDraft.ts'
import { loadChainSequence, type ChainSequence, type SequencedChain } from './chainSequence.ts'
import { parseRecords, type ParsedRecord, type UnreadableRecord } from './parsedRecord.ts'
import { StoredAnswers } from './storedAnswers.ts'

export type { SequencedRun } from './batchDraft.ts'

/** Finds the chain that a record names; undefined = this ledger has never heard of it. */
export type FindChain = (chainId: string) => Promise<SequencedChain | undefined>

/** A record that names a chain the ledger does not have: the database is older than the log, or not ours. The partition stops. */
export class UnknownChain extends PartitionHalted {
  override name = 'UnknownChain'
  override readonly code = 'UNKNOWN_CHAIN'
}

export interface SequencedBatch {
  readonly runs: SequencedRun[]
  readonly records: readonly ParsedRecord[]
  readonly unreadable: UnreadableRecord[]
  /** Of the entry that a record has become; undefined where it is none of this batch. */
  readonly indexOf: (record: ParsedRecord) => number | undefined
}

/** Size and root of a tree. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/**
 * Turns records of a partition into entries of ledgers. Entries, tree edge, tiles, identities and the log position change in one transaction
 * of the store; memory follows. One batch at a time per partition, and a chain has one partition, so nobody else moves what a batch has read:
 * the store refuses the transaction of whoever has lost the partition meanwhile.
 */
export class Sequencer {
  private readonly sequences = new Map<string, ChainSequence>()
  /** As the last committed transaction left them. */
  private readonly heads = new Map<string, TreeHead>()

  constructor(private readonly store: LedgerStore, private readonly findChain: FindChain, private readonly newId: () => string, private readonly clock: Clock) {}

  /** Takes the partition: from here on this process, and no other, sequences it. No batch of it may run. */
  async takePartition(topic: string, partition: number): Promise<LogPosition> {
    this.dropPartition(partition)
    return this.store.take(topic, partition)
  }

  /** Forgets the ledgers of a partition: what is in memory may be older than the database from here on. */
  dropPartition(partition: number): void {
    for (const { chain } of [...this.sequences.values()]) {
      if (chain.partition !== partition) continue
      this.sequences.delete(chain.id)
      this.heads.delete(chain.id)
    }
  }

  position(topic: string, partition: number): Promise<LogPosition> {
    return this.store.position(topic, partition)
  }

  /**
   * A record from below the stored position is trimmed: it is in already.
   * @param setAside takes what is no entry, durably, before the position moves past it
   */
  async sequence(batch: RecordBatch, epoch: number, setAside: (unreadable: readonly UnreadableRecord[]) => Promise<void>): Promise<SequencedBatch> {
    const { next } = await this.store.position(batch.topic, batch.partition)
    const records = batch.records.filter((record) => record.offset >= next)
    const first = records[0]
    const last = records.at(-1)
    if (!first || !last) return { runs: [], records: [], unreadable: [], indexOf: () => undefined }
    const { parsed, unreadable } = parseRecords(records)
    if (unreadable.length > 0) await setAside(unreadable)
    const draft = await this.draft(parsed)
    const rows = draft.rows()
    try {
      await this.store.append({ topic: batch.topic, partition: batch.partition, epoch, first: first.offset, next: last.offset + 1, ...rows })
    } catch (error) {
      for (const { chainId } of draft.runs.values()) this.sequences.delete(chainId) // memory has run ahead of the database: read it again
      throw error
    }
    const runs = [...draft.runs.values()].filter((run) => run.to > run.from)
    for (const { chainId } of runs) this.remember(chainId)
    return { runs, records: parsed, unreadable, indexOf: (record) => draft.indexOf(record) }
  }

  /** Makes the head of a chain known that this process has the partition of. */
  async open(chain: SequencedChain): Promise<void> {
    await this.load(chain)
  }

  /** As the last committed transaction of this process left it; {@link open} comes first. */
  headOf(chainId: string): TreeHead {
    const head = this.heads.get(chainId)
    if (!head) throw new Error(`the ledger of chain ${chainId} is not open here`)
    return head
  }

  private async draft(parsed: readonly ParsedRecord[]): Promise<BatchDraft> {
    const loaded = new Map<string, ChainSequence>()
    for (const { envelope } of parsed) if (!loaded.has(envelope.chain)) loaded.set(envelope.chain, await this.named(envelope.chain))
    const sequenceOf = (chainId: string): ChainSequence => {
      const sequence = loaded.get(chainId)
      if (!sequence) throw new Error(`the chain ${chainId} was not loaded for its batch`)
      return sequence
    }
    const answers = await StoredAnswers.gather(this.store, parsed, sequenceOf)
    const deviceNumbers = await this.reserve(parsed)
    const draft = new BatchDraft({ answers, sequenceOf, deviceNumbers, newId: this.newId, clock: this.clock })
    for (const record of parsed) draft.take(record)
    return draft
  }

  /** At most so many devices can become known as there are control entries. */
  private async reserve(parsed: readonly ParsedRecord[]): Promise<number[]> {
    const controls = parsed.filter(({ envelope }) => envelope.typ !== 'brume-reading').length
    return controls === 0 ? [] : this.store.reserveDeviceNumbers(controls)
  }

  private async named(chainId: string): Promise<ChainSequence> {
    const known = this.sequences.get(chainId)
    if (known) return known
    const chain = await this.findChain(chainId)
    if (!chain) throw new UnknownChain(`the log has entries of chain ${chainId}, which this database does not know`)
    return this.load(chain)
  }

  private async load(chain: SequencedChain): Promise<ChainSequence> {
    const known = this.sequences.get(chain.id)
    if (known) return known
    const loaded = await loadChainSequence(this.store, chain)
    const raced = this.sequences.get(chain.id)
    if (raced) return raced
    this.sequences.set(chain.id, loaded)
    this.remember(chain.id)
    return loaded
  }

  private remember(chainId: string): void {
    const edge = this.sequences.get(chainId)?.edge
    if (edge) this.heads.set(chainId, { size: edge.size, root: edge.root() })
  }
}
