import { parseEntry, type ReadingEnvelope } from '@brume/envelope'
import { RLP } from '@ethereumjs/rlp'
import type { SigningKey } from '@brume/keys'
import type { Metrics } from '@brume/observability'
import type { Database } from '@brume/prisma'
import { formatProof, makeBatchedProof, makeDirectProof, toTlogProof, type EventParts, type IncludedEntry, type Proof, type ProofHints, type RecordedEntry } from '@brume/proof'
import type { StoredTransaction, TransactionRepository } from '../anchor/transaction.repository.ts'
import type { Chain } from '../chains/chain.ts'
import type { CheckpointRepository } from '../checkpoints/checkpoint.repository.ts'
import { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import { ledgerProblems } from '../problems.ts'
import type { LedgerReader, StoredEntry } from '../store/ledgerStore.ts'

export interface ProofDeps {
  database: Database
  reader: LedgerReader
  transactions: TransactionRepository
  checkpoints: CheckpointRepository
  platformKey: SigningKey
  metrics: Metrics
}

/** Each transaction of the writer emits one event. */
const ONLY_LOG = 0

/** Puts together what is stored; nothing is signed or asked of the engine for a proof. */
export class ProofService {
  private readonly making

  constructor(private readonly deps: ProofDeps) {
    this.making = deps.metrics.stepHistogram('prove', 'make', 'seconds', { help: 'Putting together one proof from what is stored' })
  }

  /** The proof file as text. */
  async proof(chain: Chain, leafHash: string): Promise<string> {
    return formatProof(await this.assemble(chain, leafHash))
  }

  /** The same as C2SP tlog-proof, as far as that goes: to the signed checkpoint. */
  async tlogProof(chain: Chain, leafHash: string): Promise<string> {
    const exported = toTlogProof(await this.assemble(chain, leafHash))
    if (!exported.ok) throw ledgerProblems.problem('entry-not-provable', exported.detail)
    return exported.value
  }

  private async assemble(chain: Chain, leafHash: string): Promise<Proof> {
    const observe = this.making.startTimer()
    const entry = await this.deps.reader.entryOfLeaf(chain.no, Buffer.from(leafHash, 'base64url'))
    if (!entry) throw ledgerProblems.problem('reading-not-found', `The ledger has no leaf ${leafHash}.`)
    const keyEntries = await this.keyEntriesOf(chain, readingOf(entry))
    const proof = await (chain.writeMode === 'batched' ? this.batched(chain, entry, keyEntries) : this.direct(chain, entry, keyEntries))
    observe()
    return proof
  }

  private async batched(chain: Chain, entry: StoredEntry, keyEntries: StoredEntry[]): Promise<Proof> {
    const anchor = await this.deps.transactions.anchorCovering(chain.no, entry.index)
    const checkpoint = anchor?.subject == null ? undefined : await this.deps.checkpoints.ofSize(chain.no, anchor.subject)
    if (!anchor || !checkpoint) throw notReady()
    const tiles = new LedgerTiles(this.deps.reader, chain.no)
    const include = async ({ envelope, index }: StoredEntry): Promise<IncludedEntry> => ({ envelope, index, path: await tiles.inclusion(index, checkpoint.size) })
    return makeBatchedProof({
      chain: chain.id, hints: this.hints(chain), checkpoint,
      reading: await include(entry),
      keyEntries: await Promise.all(keyEntries.map(include)),
      anchor: await this.eventOf(chain, anchor),
    })
  }

  private async direct(chain: Chain, entry: StoredEntry, keyEntries: StoredEntry[]): Promise<Proof> {
    const record = async ({ envelope, index }: StoredEntry): Promise<RecordedEntry> => {
      const transaction = await this.deps.transactions.recordOf(chain.no, index)
      if (!transaction) throw notReady()
      return { envelope, record: await this.eventOf(chain, transaction) }
    }
    return makeDirectProof({ chain: chain.id, hints: this.hints(chain), reading: await record(entry), keyEntries: await Promise.all(keyEntries.map(record)) })
  }

  /** The entries that made the signing key known: the binding, then each replacement up to it. */
  private async keyEntriesOf(chain: Chain, { signer }: ReadingEnvelope): Promise<StoredEntry[]> {
    const device = await this.deps.database.prisma.chainDevice.findUnique({ where: { chainNo_deviceId: { chainNo: chain.no, deviceId: signer.deviceId } } })
    const keys = device ? await this.deps.database.prisma.chainDeviceKey.findMany({ where: { deviceNo: device.no, keyNumber: { lte: signer.keyNumber } }, orderBy: { keyNumber: 'asc' } }) : []
    if (keys.at(-1)?.keyNumber !== signer.keyNumber) throw ledgerProblems.problem('entry-not-provable', `The chain does not know key ${signer.keyNumber} of device ${signer.deviceId}.`)
    const entries = await Promise.all(keys.map(({ index }) => this.deps.reader.entryAt(chain.no, index)))
    return entries.filter((entry) => entry !== undefined)
  }

  private async eventOf(chain: Chain, transaction: StoredTransaction): Promise<EventParts> {
    const evidence = await this.deps.transactions.evidenceOf(chain.no, transaction.nonce)
    if (!evidence) throw notReady()
    return { txIndex: evidence.txIndex, logIndex: ONLY_LOG, header: evidence.header, receiptProof: decodeNodes(evidence.nodes) }
  }

  private hints(chain: Chain): ProofHints {
    const { x } = this.deps.platformKey.publicJwk
    return { origin: chain.origin, verifierKey: chain.verifierKey, platformKeys: [{ kty: 'OKP', crv: 'Ed25519', x }], eip155: chain.eip155, contract: chain.contract ?? '' }
  }
}

function readingOf({ envelope }: StoredEntry): ReadingEnvelope {
  const parsed = parseEntry(envelope)
  if (!parsed.ok || parsed.envelope.typ !== 'brume-reading') throw ledgerProblems.problem('entry-not-provable', 'The entry is not a reading.')
  return parsed.envelope
}

function decodeNodes(nodes: Uint8Array): Uint8Array[] {
  const list = RLP.decode(nodes)
  if (!Array.isArray(list)) throw new Error('stored trie nodes are not a list')
  return list.filter((node) => node instanceof Uint8Array)
}

function notReady() {
  return ledgerProblems.problem('proof-not-ready', undefined, { headers: { 'retry-after': '1' } })
}
