import type { EventLog } from '@brume/event-log'
import { commonProblems, Problem } from '@brume/http'
import { ingestProblems } from '../problems.ts'
import type { KeyAnnouncement } from '../promises/keyAnnouncement.ts'
import type { ChainPromise, Promiser } from '../promises/promiser.ts'
import type { DeviceStandings } from '../views/deviceStandings.ts'
import type { ChainStandings } from '../views/chainStandings.ts'
import type { Verdicts } from '../verify/verifyFormat.ts'
import type { VerifyPool } from '../verify/verifyPool.ts'
import type { AcceptMetrics, AcceptTimes } from './acceptMetrics.ts'
import { Appends } from './appends.ts'
import type { ChainAppend } from './chainAppend.ts'
import { Claims, type Claim } from './claims.ts'
import { packCandidates } from './packCandidates.ts'
import { Recognition, type Candidate, type KnownChain } from './recognition.ts'
import type { ReadingLog } from './readingLog.ts'
import type { RecentReadings } from './recentReadings.ts'
import { failureProblem } from './refusals.ts'

/** A reading that the log has, with the place of its promise in the answer. */
export interface Accepted {
  readonly leafHash: string
  readonly promise: number
}

export interface Acceptance {
  /** One for each reading, in their order. */
  readonly outcomes: readonly (Accepted | Problem)[]
  /** One for each chain of which something was accepted. */
  readonly promises: readonly ChainPromise[]
  readonly times: AcceptTimes
}

export interface AcceptanceDeps {
  readonly devices: DeviceStandings
  readonly chains: ChainStandings
  readonly recent: RecentReadings
  readonly pool: VerifyPool
  readonly log: EventLog
  readonly promiser: Promiser
  readonly announcement: Pick<KeyAnnouncement, 'done'>
  readonly metrics: AcceptMetrics
  /** Where debug is on. */
  readonly readingLog?: ReadingLog | undefined
  /** Told of failures that nobody foresaw, also where a part of the request was accepted. */
  readonly onFailure: (problem: Problem) => void
}

interface Owed {
  readonly leafHashes: Set<string>
  readonly place: number
  acceptedAtMs: number
}

/** The steps accept and append of "Life of a reading": parse, find the device, verify, append; only then promise. */
export class AcceptanceService {
  private readonly deps: AcceptanceDeps
  private readonly recognition: Recognition
  private readonly appends: Appends

  constructor(deps: AcceptanceDeps) {
    this.deps = deps
    this.recognition = new Recognition(deps.devices, deps.chains)
    this.appends = new Appends(deps.log)
  }

  /** `envelopes` must not change before the returned promise is settled. `traceparent`: the trace of the request (W3C), which the records carry on. */
  async accept(envelopes: readonly Uint8Array[], traceparent?: string): Promise<Acceptance> {
    if (!this.deps.announcement.done) throw commonProblems.problem('not-ready', 'The key that signs promises is not published yet.', { headers: { 'retry-after': '1' } })
    const outcomes: (Accepted | Problem)[] = []
    const startMs = performance.now()
    const candidates = this.recognise(envelopes, outcomes)
    const parsedMs = performance.now()
    const verdicts = await this.verify(candidates, outcomes)
    const verifiedMs = performance.now()
    const claims = verdicts === undefined ? [] : await this.append(candidates, verdicts, outcomes, traceparent)
    const appendedMs = performance.now()
    const promises = await this.promise(claims, outcomes)
    const times = { parseMs: parsedMs - startMs, verifyMs: verifiedMs - parsedMs, appendMs: appendedMs - verifiedMs, promiseMs: performance.now() - appendedMs }
    this.measure(outcomes, claims, times)
    this.deps.readingLog?.decided({ candidates, claims, outcomes })
    return { outcomes, promises, times }
  }

  private recognise(envelopes: readonly Uint8Array[], outcomes: (Accepted | Problem)[]): Candidate[] {
    const candidates: Candidate[] = []
    for (const [index, bytes] of envelopes.entries()) {
      const recognised = this.recognition.recognise(bytes, index)
      if (recognised.ok) candidates.push(recognised.candidate)
      else outcomes[index] = recognised.problem
    }
    return candidates
  }

  private async verify(candidates: readonly Candidate[], outcomes: (Accepted | Problem)[]): Promise<Verdicts | undefined> {
    if (candidates.length === 0) return undefined
    try {
      return await this.deps.pool.verify(packCandidates(candidates, this.deps.devices))
    } catch (error) {
      const problem = this.failed(failureProblem(error))
      for (const { index } of candidates) outcomes[index] = problem
      return undefined
    }
  }

  /** Everything up to the first `await` is one turn of the event loop: see {@link Claims}. */
  private async append(candidates: readonly Candidate[], verdicts: Verdicts, outcomes: (Accepted | Problem)[], traceparent: string | undefined): Promise<Claim[]> {
    const claims = new Claims({ devices: this.deps.devices, recent: this.deps.recent, appends: this.appends }, verdicts)
    for (const [i, candidate] of candidates.entries()) {
      const problem = claims.claim(candidate, i)
      if (problem !== undefined) outcomes[candidate.index] = problem
    }
    const own = [...claims.appends.values()]
    await Promise.all(own.map((append) => this.appends.run(append, traceparent)))
    for (const { outcome } of own) if (outcome?.ok === false) this.failed(outcome.problem)
    await Promise.all(appendsOfOthers(claims).map((append) => append.done))
    return claims.all
  }

  private async promise(claims: readonly Claim[], outcomes: (Accepted | Problem)[]): Promise<ChainPromise[]> {
    const owed = new Map<KnownChain, Owed>()
    for (const claim of claims) outcomes[claim.index] = settle(claim, owed)
    return Promise.all([...owed].map(([chain, { leafHashes, acceptedAtMs }]) => this.deps.promiser.promise(chain.state, [...leafHashes], acceptedAtMs)))
  }

  private measure(outcomes: readonly (Accepted | Problem)[], claims: readonly Claim[], times: AcceptTimes): void {
    const counts = new Map<string, number>()
    const count = (outcome: string): void => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    for (const outcome of outcomes) if (outcome instanceof Problem) count(outcome.kind.code)
    for (const { index, kind } of claims) if (!(outcomes[index] instanceof Problem)) count(kind === 'new' ? 'accepted' : 'repeated')
    this.deps.metrics.count(counts)
    this.deps.metrics.observe(times)
  }

  /** Push-back is said to the sender and counted; anything else also needs a person. */
  private failed(problem: Problem): Problem {
    if (problem.kind.code !== 'overloaded' && problem.kind.code !== 'storage-full') this.deps.onFailure(problem)
    return problem
  }
}

function appendsOfOthers({ all, appends }: Claims): ChainAppend[] {
  const own = new Set(appends.values())
  const others = new Set<ChainAppend>()
  for (const { append } of all) if (append !== undefined && !own.has(append)) others.add(append)
  return [...others]
}

/** A repeat or a conflict with a reading whose append has failed is sent again, like that reading. */
function settle({ chain, leafHash, kind, append, acceptedAtMs }: Claim, owed: Map<KnownChain, Owed>): Accepted | Problem {
  const outcome = append?.outcome
  if (outcome?.ok === false) return outcome.problem
  if (kind === 'conflict') return ingestProblems.problem('equivocation', undefined, { extensions: { firstLeafHash: leafHash } })
  return { leafHash, promise: owe(owed, chain, leafHash, outcome?.acceptedAtMs ?? acceptedAtMs) }
}

/**
 * One promise for each chain. Where it covers readings of different times it names the latest: at that time the log had all of them, and
 * whoever holds the earlier promise of a repeated reading keeps it.
 */
function owe(owed: Map<KnownChain, Owed>, chain: KnownChain, leafHash: string, acceptedAtMs: number | undefined): number {
  // An append that has ended says when, and so does a reading that is on the log; anything else would be a promise without ground.
  if (acceptedAtMs === undefined) throw new Error('a reading was to be promised that is not on the log')
  const known = owed.get(chain) ?? { leafHashes: new Set<string>(), place: owed.size, acceptedAtMs }
  known.leafHashes.add(leafHash)
  known.acceptedAtMs = Math.max(known.acceptedAtMs, acceptedAtMs)
  owed.set(chain, known)
  return known.place
}
