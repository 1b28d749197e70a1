import type { Clock } from '@brume/config'
import { parseControlPayload, type ControlEnvelope, type ReadingEnvelope } from '@brume/envelope'
import { entryFlags } from '@brume/proof'
import { bindingEvent } from '../events.ts'
import type { Append, Identity, NewEntry, NewIdentity } from '../store/ledgerStore.ts'
import { counterKey, type ChainSequence } from './chainSequence.ts'
import type { ParsedRecord } from './parsedRecord.ts'
import type { StoredAnswers } from './storedAnswers.ts'

/** What one batch did to one ledger. */
export interface SequencedRun {
  readonly chainId: string
  readonly chainNo: number
  /** Tree size before and after. */
  readonly from: number
  to: number
  /** Log's append time of the first new entry, ms. */
  readonly firstAcceptedAtMs: number
  readonly equivocations: { index: number; firstIndex: number }[]
  /** Control entries among them: something for the outbox. */
  controls: number
}

export interface DraftDeps {
  readonly answers: StoredAnswers
  readonly sequenceOf: (chainId: string) => ChainSequence
  /** For devices that this batch makes known. */
  readonly deviceNumbers: number[]
  readonly newId: () => string
  readonly clock: Clock
}

type Rows = Pick<Append, 'entries' | 'identities' | 'tiles' | 'edges' | 'devices' | 'outbox'>

/**
 * Decides, record by record, what a batch makes of its ledgers. Decisions depend only on bytes and their order in the partition; nothing is
 * read or written meanwhile.
 */
export class BatchDraft {
  readonly runs = new Map<string, SequencedRun>()
  private readonly entries: NewEntry[] = []
  private readonly identities: NewIdentity[] = []
  private readonly tiles = new Map<string, Append['tiles'][number]>()
  private readonly devices = new Map<number, Append['devices'][number]>()
  private readonly outbox: Append['outbox'] = []

  constructor(private readonly deps: DraftDeps) {}

  take(record: ParsedRecord): void {
    const sequence = this.deps.sequenceOf(record.envelope.chain)
    const run = this.runOf(sequence, record.acceptedAtMs)
    if (record.envelope.typ === 'brume-reading') this.takeReading(sequence, run, record, record.envelope)
    else this.takeControl(sequence, run, record, record.envelope)
    run.to = sequence.edge.size
  }

  /** What is to be stored; edges and the last tiles once for each ledger. */
  rows(): Rows {
    const edges: Append['edges'] = []
    for (const { chainId, chainNo, from, to } of this.runs.values()) {
      if (to === from) continue
      const { edge, tail } = this.deps.sequenceOf(chainId)
      tail.flush((level, index, hashes) => this.putTile(chainNo, level, index, hashes))
      edges.push({ chainNo, size: edge.size, edge: edge.toBytes() })
    }
    return { entries: this.entries, identities: this.identities, tiles: [...this.tiles.values()], edges, devices: [...this.devices.values()], outbox: this.outbox }
  }

  /** Of the entry that the record has become; undefined where its bytes had their leaf already. */
  indexOf({ envelope }: ParsedRecord): number | undefined {
    return this.entries.find((entry) => entry.envelope === envelope.bytes)?.index
  }

  private runOf({ chain, edge }: ChainSequence, acceptedAtMs: number): SequencedRun {
    const known = this.runs.get(chain.id)
    if (known) return known
    const run = { chainId: chain.id, chainNo: chain.no, from: edge.size, to: edge.size, firstAcceptedAtMs: acceptedAtMs, equivocations: [], controls: 0 }
    this.runs.set(chain.id, run)
    return run
  }

  private takeReading(sequence: ChainSequence, run: SequencedRun, record: ParsedRecord, envelope: ReadingEnvelope): void {
    const standing = sequence.devices.flagsOf(envelope)
    const deviceNo = sequence.deviceNumbers.get(envelope.signer.deviceId)
    const identity = deviceNo === undefined ? undefined : { deviceNo, epoch: envelope.epoch, seq: envelope.seq }
    const first = identity && this.firstEntry(sequence, record, identity)
    if (identity && !first) {
      this.claim(sequence, identity)
      this.appendEntry(sequence, record, standing)
      return
    }
    if (this.isStored(sequence, record, first)) return // the very same bytes: they have their leaf
    this.appendEntry(sequence, record, standing | (first ? conflictWith(first, envelope, run, sequence.edge.size) : 0))
  }

  /** In the database, or earlier in this batch; undefined without looking for a seq above all others. */
  private firstEntry({ highestSeqs, chain }: ChainSequence, record: ParsedRecord, { deviceNo, epoch, seq }: Identity): FirstEntry | undefined {
    if (seq > (highestSeqs.get(counterKey(deviceNo, epoch)) ?? -1)) return undefined
    const stored = this.deps.answers.firstEntry(record)
    if (stored) return stored
    const claimed = this.identities.find((other) => other.seq === seq && other.deviceNo === deviceNo && other.epoch === epoch)
    return claimed && this.entries.find((entry) => entry.index === claimed.index && entry.chainNo === chain.no)
  }

  private claim({ highestSeqs, edge }: ChainSequence, identity: Identity): void {
    const key = counterKey(identity.deviceNo, identity.epoch)
    highestSeqs.set(key, Math.max(identity.seq, highestSeqs.get(key) ?? -1))
    this.identities.push({ ...identity, index: edge.size })
  }

  private isStored({ chain }: ChainSequence, record: ParsedRecord, first?: FirstEntry): boolean {
    const isSame = ({ leafHash }: { leafHash: Uint8Array }): boolean => Buffer.compare(leafHash, record.leafHash) === 0
    return (first && isSame(first)) || this.deps.answers.sameBytes(record) !== undefined || this.entries.some((entry) => entry.chainNo === chain.no && isSame(entry))
  }

  private takeControl(sequence: ChainSequence, run: SequencedRun, record: ParsedRecord, envelope: ControlEnvelope): void {
    if (this.isStored(sequence, record)) return
    const payload = parseControlPayload(envelope)
    const index = sequence.edge.size
    this.appendEntry(sequence, record, 0)
    if (!payload.ok) return // signed by the platform and meaningless: it stands, and changes nothing
    sequence.devices.apply(payload.value, index)
    this.storeDevice(sequence, payload.value.device)
    if (payload.value.typ === 'brume-binding') this.announceBinding(sequence, payload.value.device, record.leafHash, index)
    run.controls++
  }

  private storeDevice({ chain, devices, deviceNumbers }: ChainSequence, deviceId: string): void {
    const standing = devices.of(deviceId)
    if (!standing) return
    const no = deviceNumbers.get(deviceId) ?? this.deps.deviceNumbers.shift()
    if (no === undefined) throw new Error('too few device numbers were reserved for a batch')
    deviceNumbers.set(deviceId, no)
    this.devices.set(no, { chainNo: chain.no, no, deviceId, standing })
  }

  /** Ingest accepts a device for a chain only once its binding is an entry. */
  private announceBinding({ chain }: ChainSequence, deviceId: string, leafHash: Uint8Array, index: number): void {
    const createdAt = new Date(this.deps.clock.now())
    const binding = { chainId: chain.id, deviceId, tenantId: chain.tenantId, leafHash: Buffer.from(leafHash).toString('base64url'), index }
    this.outbox.push({ entry: bindingEvent(this.deps.newId(), createdAt, binding), createdAt })
  }

  private appendEntry({ chain, edge, tail }: ChainSequence, { envelope, leafHash, acceptedAtMs }: ParsedRecord, flags: number): void {
    this.entries.push({ chainNo: chain.no, index: edge.size, envelope: envelope.bytes, leafHash, flags, acceptedAtMs })
    edge.append(leafHash, (level, index, node) => tail.add(level, index, node, (l, i, hashes) => this.putTile(chain.no, l, i, hashes)))
  }

  private putTile(chainNo: number, level: number, index: number, hashes: Uint8Array): void {
    this.tiles.set(`${chainNo}/${level}/${index}`, { chainNo, level, index, hashes })
  }
}

type FirstEntry = Pick<NewEntry, 'index' | 'envelope' | 'leafHash'>

/** Another signature of the same input is a repeat; anything else contradicts the first entry. */
function conflictWith(first: FirstEntry, envelope: ReadingEnvelope, run: SequencedRun, index: number): number {
  if (startsWith(first.envelope, envelope.signingInput)) return entryFlags.repeat
  run.equivocations.push({ index, firstIndex: first.index })
  return entryFlags.equivocation
}

function startsWith(envelope: Uint8Array, signingInput: Uint8Array): boolean {
  return envelope.length > signingInput.length && Buffer.compare(envelope.subarray(0, signingInput.length), signingInput) === 0 && envelope[signingInput.length] === 0x2e
}
