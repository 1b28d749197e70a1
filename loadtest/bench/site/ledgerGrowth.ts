import type { ChainResource } from '@brume/client'
import { parseProof, parseTrust, TRUST_FORMAT, verify, type Proof, type Trust } from '@brume/proof'
import type { BenchContext } from '../measurement.ts'
import type { BenchSite, BoundDevice } from './benchSite.ts'
import { Filler } from './filler.ts'
import { runLoad, type LoadRound } from './loadRound.ts'

const DEVICES = 10
const ROUNDS = 3
const PROOFS = 300

export interface Sizes {
  readonly small: number
  readonly large: number
  /** Readings of a round. */
  readonly round: number
}

export interface Growth {
  readonly atSmall: readonly LoadRound[]
  readonly atLarge: readonly LoadRound[]
  readonly madeMs: readonly number[]
  readonly verifiedMs: readonly number[]
}

/**
 * The whole path (HTTP to ledger, real signatures) at two sizes of one ledger. In between it grows by filler that its own sequencer takes from
 * the event log (see Filler). Then, on the large ledger: the time of `GET …/proofs/{leafHash}` for leaves from all over it, one at a time, and
 * the time in which @brume/proof parses and verifies one.
 * @param onSmall is called once the small ledger has been measured
 */
export async function measureGrowth(site: BenchSite, { small, large, round }: Sizes, context: BenchContext, onSmall: () => Promise<void> = async () => undefined): Promise<Growth> {
  const chain = await site.chain({ public: true })
  const devices = await site.devices(chain, DEVICES)
  const filler = new Filler(site, chain.id, devices.map(({ id }) => id))
  await runLoad(site, devices, round) // warms up
  const atSmall = await costAt(small, filler, context, () => rounds(site, devices, round))
  await onSmall()
  const atLarge = await costAt(large, filler, context, () => rounds(site, devices, round))
  return { atSmall, atLarge, ...(await proofTimes(site, chain, filler, atLarge)) }
}

export function count(entries: number): string {
  return entries.toLocaleString('en')
}

async function costAt(size: number, filler: Filler, { progress }: BenchContext, measure: () => Promise<LoadRound[]>): Promise<LoadRound[]> {
  await filler.fillTo(size, (entries) => progress(`filling: ${count(entries)} of ${count(size)} entries`))
  const measured = await measure()
  progress(`at ${count(size)} entries: ${measured.map(({ serverUs }) => serverUs.toFixed(1)).join(', ')} µs CPU per reading`)
  return measured
}

async function rounds(site: BenchSite, devices: readonly BoundDevice[], readings: number): Promise<LoadRound[]> {
  const measured: LoadRound[] = []
  for (let i = 0; i < ROUNDS; i++) measured.push(await runLoad(site, devices, readings))
  return measured
}

async function proofTimes(site: BenchSite, chain: ChainResource, filler: Filler, real: readonly LoadRound[]): Promise<{ madeMs: number[]; verifiedMs: number[] }> {
  const leaves = spread(real.flatMap(({ leafHashes }) => leafHashes), PROOFS)
  await site.client.waitForAnchor(chain.id, leaves.at(-1) ?? '', { limitMs: 120_000 })
  const trust = await trustOf(site, chain)
  const [madeMs, verifiedMs] = [new Array<number>(), new Array<number>()]
  for (const leaf of spread(filler.samples, PROOFS)) madeMs.push((await timedProof(site, chain, leaf)).tookMs)
  for (const leaf of leaves) {
    const { file, tookMs } = await timedProof(site, chain, leaf)
    madeMs.push(tookMs)
    verifiedMs.push(await timedVerification(file, trust))
  }
  return { madeMs, verifiedMs }
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
