import type { ReadingEnvelope } from '@brume/envelope'
import type { Identity, LedgerStore, SeqCounter, StoredEntry } from '../store/ledgerStore.ts'
import { counterKey, type ChainSequence } from './chainSequence.ts'
import type { ParsedRecord } from './parsedRecord.ts'

/**
 * What the database has to say about the records of one batch, asked before anything is decided: few questions for all of them together. A reading
 * whose seq is above all that its device has had is new, and costs no question; that is nearly every one.
 */
export class StoredAnswers {
  /** By leaf hash, in the encoding of the records. */
  private readonly leaves = new Map<Uint8Array, StoredEntry>()
  private readonly firsts = new Map<ParsedRecord, StoredEntry>()

  private constructor(private readonly store: LedgerStore) {}

  static async gather(store: LedgerStore, records: readonly ParsedRecord[], sequenceOf: (chainId: string) => ChainSequence): Promise<StoredAnswers> {
    const answers = new StoredAnswers(store)
    await answers.askHighestSeqs(records, sequenceOf)
    await answers.askFirstEntries(records, sequenceOf)
    await answers.askLeaves(records, sequenceOf)
    return answers
  }

  /** The stored first entry of the record's identity. */
  firstEntry(record: ParsedRecord): StoredEntry | undefined {
    return this.firsts.get(record)
  }

  /** The stored entry of the very same bytes. */
  sameBytes(record: ParsedRecord): StoredEntry | undefined {
    return this.leaves.get(record.leafHash)
  }

  private async askHighestSeqs(records: readonly ParsedRecord[], sequenceOf: (chainId: string) => ChainSequence): Promise<void> {
    const unknown = new Map<string, { sequence: ChainSequence; counter: SeqCounter }>()
    for (const { envelope } of records) {
      if (envelope.typ !== 'brume-reading') continue
      const sequence = sequenceOf(envelope.chain)
      const deviceNo = sequence.deviceNumbers.get(envelope.signer.deviceId)
      if (deviceNo === undefined) continue
      const key = counterKey(deviceNo, envelope.epoch)
      if (!sequence.highestSeqs.has(key)) unknown.set(key, { sequence, counter: { deviceNo, epoch: envelope.epoch } })
    }
    if (unknown.size === 0) return
    const asked = [...unknown]
    const highest = await this.store.highestSeqs(asked.map(([, { counter }]) => counter))
    asked.forEach(([key, { sequence }], i) => sequence.highestSeqs.set(key, highest[i] ?? -1))
  }

  private async askFirstEntries(records: readonly ParsedRecord[], sequenceOf: (chainId: string) => ChainSequence): Promise<void> {
    const asked: { record: ParsedRecord; identity: Identity; chainNo: number }[] = []
    for (const record of records) {
      if (record.envelope.typ !== 'brume-reading') continue
      const sequence = sequenceOf(record.envelope.chain)
      const identity = mayHaveEntry(sequence, record.envelope)
      if (identity) asked.push({ record, identity, chainNo: sequence.chain.no })
    }
    if (asked.length === 0) return
    const indexes = await this.store.firstEntries(asked.map(({ identity }) => identity))
    await Promise.all(asked.map(async ({ record, chainNo }, i) => {
      const index = indexes[i]
      const entry = index === undefined ? undefined : await this.store.entryAt(chainNo, index)
      if (entry) this.firsts.set(record, entry)
    }))
  }

  private async askLeaves(records: readonly ParsedRecord[], sequenceOf: (chainId: string) => ChainSequence): Promise<void> {
    await Promise.all(records.map(async (record) => {
      const sequence = sequenceOf(record.envelope.chain)
      if (!this.mayBeStoredAlready(sequence, record)) return
      const entry = await this.store.entryOfLeaf(sequence.chain.no, record.leafHash)
      if (entry) this.leaves.set(record.leafHash, entry)
    }))
  }

  /** Entries without an identity, and readings whose identity is taken by other bytes. */
  private mayBeStoredAlready(sequence: ChainSequence, record: ParsedRecord): boolean {
    if (record.envelope.typ !== 'brume-reading' || !sequence.deviceNumbers.has(record.envelope.signer.deviceId)) return true
    const first = this.firsts.get(record)
    return first !== undefined && !first.leafHash.equals(record.leafHash)
  }
}

/** The identity of a reading, where its seq is not above all that its device has had. */
function mayHaveEntry(sequence: ChainSequence, { signer, epoch, seq }: ReadingEnvelope): Identity | undefined {
  const deviceNo = sequence.deviceNumbers.get(signer.deviceId)
  if (deviceNo === undefined || seq > (sequence.highestSeqs.get(counterKey(deviceNo, epoch)) ?? -1)) return undefined
  return { deviceNo, epoch, seq }
}
