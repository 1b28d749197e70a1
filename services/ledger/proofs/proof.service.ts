import { parseEntry, type ReadingEnvelope } from '@brume/envelope'
import { RLP } from '@ethereumjs/rlp'
import type { SigningKey } from '@brume/keys'
import type { Metrics } from '@brume/observability'
import { formatProof, makeBatchedProof, makeDirectProof, toTlogProof, type EventParts, type IncludedEntry, type Proof, type ProofHints, type RecordedEntry } from '@brume/proof'
import type { Chain } from '../chains/chain.ts'
import { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import { ledgerProblems } from '../problems.ts'
import type { BlockEvidence, ProofLook, ProofRepository } from './proof.repository.ts'
import type { LedgerReader, StoredEntry } from '../store/ledgerStore.ts'

export interface ProofDeps {
  proofs: ProofRepository
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
    const proof = await this.deps.proofs.look(async (stored) => {
      const entry = await stored.ledger.entryOfLeaf(chain.no, Buffer.from(leafHash, 'base64url'))
      if (!entry) throw ledgerProblems.problem('reading-not-found', `The ledger has no leaf ${leafHash}.`)
      return chain.writeMode === 'batched' ? this.batched(chain, stored, entry) : this.direct(chain, stored, entry)
    })
    observe()
    return proof
  }

  private async batched(chain: Chain, stored: ProofLook, entry: StoredEntry): Promise<Proof> {
    const [keyIndexes, anchor] = await Promise.all([keyIndexesOf(chain, stored, readingOf(entry)), stored.anchorCovering(chain.no, entry.index)])
    if (!anchor) throw notReady()
    const { checkpoint, evidence } = anchor
    const tiles = new LedgerTiles(stored.ledger, chain.no)
    const [keyEntries, paths] = await Promise.all([
      entriesAt(stored.ledger, chain, keyIndexes),
      Promise.all([entry.index, ...keyIndexes].map((index) => tiles.inclusion(index, checkpoint.size))),
    ])
    const [reading, ...keys] = [entry, ...keyEntries].map(({ envelope, index }, i): IncludedEntry => ({ envelope, index, path: paths[i] ?? [] }))
    if (!reading) throw new Error('a proof of nothing')
    return makeBatchedProof({ chain: chain.id, hints: this.hints(chain), checkpoint, reading, keyEntries: keys, anchor: eventOf(evidence) })
  }

  private async direct(chain: Chain, stored: ProofLook, entry: StoredEntry): Promise<Proof> {
    const keyIndexes = await keyIndexesOf(chain, stored, readingOf(entry))
    const record = async ({ envelope, index }: StoredEntry): Promise<RecordedEntry> => {
      const evidence = await stored.recordOf(chain.no, index)
      if (!evidence) throw notReady()
      return { envelope, record: eventOf(evidence) }
    }
    const keyEntries = await entriesAt(stored.ledger, chain, keyIndexes)
    return makeDirectProof({ chain: chain.id, hints: this.hints(chain), reading: await record(entry), keyEntries: await Promise.all(keyEntries.map(record)) })
  }

  private hints(chain: Chain): ProofHints {
    const { x } = this.deps.platformKey.publicJwk
    return { origin: chain.origin, verifierKey: chain.verifierKey, platformKeys: [{ kty: 'OKP', crv: 'Ed25519', x }], eip155: chain.eip155, contract: chain.contract ?? '' }
  }
}

/** Where the signing key became known: the binding, then each replacement up to it. */
async function keyIndexesOf(chain: Chain, stored: ProofLook, { signer }: ReadingEnvelope): Promise<number[]> {
  const keys = await stored.keyEntries(chain.no, signer.deviceId, signer.keyNumber)
  if (keys.at(-1)?.keyNumber !== signer.keyNumber) throw ledgerProblems.problem('entry-not-provable', `The chain does not know key ${signer.keyNumber} of device ${signer.deviceId}.`)
  return keys.map(({ index }) => index)
}

function readingOf({ envelope }: StoredEntry): ReadingEnvelope {
  const parsed = parseEntry(envelope)
  if (!parsed.ok || parsed.envelope.typ !== 'brume-reading') throw ledgerProblems.problem('entry-not-provable', 'The entry is not a reading.')
  return parsed.envelope
}

async function entriesAt(reader: LedgerReader, chain: Chain, indexes: number[]): Promise<StoredEntry[]> {
  return Promise.all(indexes.map(async (index) => {
    const entry = await reader.entryAt(chain.no, index)
    if (!entry) throw new Error(`the entry ${index} of chain ${chain.id}, which made a key known, is not stored`)
    return entry
  }))
}

function eventOf({ txIndex, header, nodes }: BlockEvidence): EventParts {
  return { txIndex, logIndex: ONLY_LOG, header, receiptProof: decodeNodes(nodes) }
}

function decodeNodes(nodes: Uint8Array): Uint8Array[] {
  const list = RLP.decode(nodes)
  if (!Array.isArray(list)) throw new Error('stored trie nodes are not a list')
  return list.filter((node) => node instanceof Uint8Array)
}

function notReady() {
  return ledgerProblems.problem('proof-not-ready', undefined, { headers: { 'retry-after': '1' } })
}
