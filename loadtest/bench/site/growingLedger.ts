import type { ChainResource } from '@brume/client'
import { parseProof, parseTrust, TRUST_FORMAT, verify, type Proof, type Trust } from '@brume/proof'
import type { BenchContext } from '../measurement.ts'
import type { BenchSite, BoundDevice } from './benchSite.ts'
import { Filler } from './filler.ts'
import { runLoad, type LoadRound } from './loadRound.ts'

const DEVICES = 10
const ROUNDS = 3
const PROOFS = 300
const ANCHOR_LIMIT_MS = 120_000

export interface Sizes {
  readonly small: number
  readonly large: number
  /** Readings of a round. */
  readonly round: number
}

/**
 * One ledger that is measured at growing sizes, on the whole path (HTTP to ledger, real signatures). In between it grows by filler that its own sequencer
 * takes from the event log (see Filler).
 */
export class GrowingLedger {
  readonly #site: BenchSite
  readonly #chain: ChainResource
  readonly #devices: readonly BoundDevice[]
  readonly #filler: Filler
  readonly #context: BenchContext

  private constructor(site: BenchSite, chain: ChainResource, devices: readonly BoundDevice[], context: BenchContext) {
    this.#site = site
    this.#chain = chain
    this.#devices = devices
    this.#filler = new Filler(site, chain.id, devices.map(({ id }) => id))
    this.#context = context
  }

  /** Warm, after one round. */
  static async open(site: BenchSite, round: number, context: BenchContext): Promise<GrowingLedger> {
    const chain = await site.chain({ public: true })
    const devices = await site.devices(chain, DEVICES)
    await runLoad(site, devices, round)
    return new GrowingLedger(site, chain, devices, context)
  }

  get size(): Promise<number> {
    return this.#site.ledgerSize(this.#chain.id)
  }

  async costAt(size: number, round: number): Promise<LoadRound[]> {
    const { progress } = this.#context
    await this.#filler.fillTo(size, (entries) => progress(`filling: ${count(entries)} of ${count(size)} entries`))
    const rounds: LoadRound[] = []
    for (let i = 0; i < ROUNDS; i++) rounds.push(await runLoad(this.#site, this.#devices, round))
    progress(`at ${count(size)} entries: ${rounds.map(({ serverUs }) => serverUs.toFixed(1)).join(', ')} µs CPU per reading`)
    return rounds
  }

  /**
   * The time of `GET …/proofs/{leafHash}` for leaves from all over the ledger, one at a time, and the time in which @brume/proof parses and verifies one.
   * @param real rounds whose readings have signatures that hold
   */
  async proofTimes(real: readonly LoadRound[]): Promise<{ madeMs: number[]; verifiedMs: number[] }> {
    const leaves = spread(real.flatMap(({ leafHashes }) => leafHashes), PROOFS)
    await this.#site.client.waitForAnchor(this.#chain.id, leaves.at(-1) ?? '', { limitMs: ANCHOR_LIMIT_MS })
    const trust = await trustOf(this.#site, this.#chain)
    const [madeMs, verifiedMs] = [new Array<number>(), new Array<number>()]
    for (const leaf of spread(this.#filler.samples, PROOFS)) madeMs.push((await timedProof(this.#site, this.#chain, leaf)).tookMs)
    for (const leaf of leaves) {
      const { file, tookMs } = await timedProof(this.#site, this.#chain, leaf)
      madeMs.push(tookMs)
      verifiedMs.push(await timedVerification(file, trust))
    }
    return { madeMs, verifiedMs }
  }
}

export function count(entries: number): string {
  return entries.toLocaleString('en')
}

async function timedProof(site: BenchSite, chain: ChainResource, leafHash: string): Promise<{ file: Uint8Array; tookMs: number }> {
  const startMs = performance.now()
  const file = await site.client.proof(chain.id, leafHash)
  return { file, tookMs: performance.now() - startMs }
}

async function timedVerification(file: Uint8Array, trust: Trust): Promise<number> {
  const startMs = performance.now()
  const { ok, unmet } = await verify(proofOf(file), trust)
  const tookMs = performance.now() - startMs
  if (!ok) throw new Error(`a proof of the bench does not hold: ${unmet.join(', ')}`)
  return tookMs
}

function proofOf(file: Uint8Array): Proof {
  const parsed = parseProof(file)
  if (!parsed.ok) throw new Error(`the platform's proof cannot be read: ${parsed.detail}`)
  return parsed.value
}

/** What the platform says now: here the time counts, not whom one trusts. */
async function trustOf(site: BenchSite, { id }: ChainResource): Promise<Trust> {
  const { ledger, platformKeys, eip155, contract } = await site.client.chain(id)
  const file = { format: TRUST_FORMAT, ledger: { origin: ledger.origin, verifierKey: ledger.verifierKey }, platformKeys, chain: { eip155, contract } }
  const parsed = parseTrust(Buffer.from(JSON.stringify(file)))
  if (!parsed.ok) throw new Error(`the platform's trust cannot be read: ${parsed.detail}`)
  return parsed.value
}

/** At most `count` of them, evenly from all over. */
function spread<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.floor(all.length / most))
  return all.filter((_, at) => at % step === 0).slice(0, most)
}
