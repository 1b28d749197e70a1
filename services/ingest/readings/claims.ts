import type { Problem } from '@brume/http'
import { ingestProblems } from '../problems.ts'
import type { DeviceStandings } from '../views/deviceStandings.ts'
import type { Verdicts } from '../verify/verifyFormat.ts'
import { refuseAdmission } from './admission.ts'
import type { Appends } from './appends.ts'
import { ChainAppend } from './chainAppend.ts'
import type { Candidate, KnownChain } from './recognition.ts'
import type { ReadingIdentity, RecentReadings } from './recentReadings.ts'

/** A verified reading with what its fate hangs on. */
export interface Claim {
  readonly index: number
  readonly chain: KnownChain
  /** Of the first reading under this identity. */
  readonly leafHash: string
  /** `conflict`: the device has signed something else under this identity before. */
  readonly kind: 'new' | 'repeated' | 'conflict'
  /** Where the first reading is on its way to the log; absent when it is there. */
  readonly append: ChainAppend | undefined
  /** When the first reading was accepted, where that is known already. */
  readonly acceptedAtMs: number | undefined
}

export interface ClaimDeps {
  readonly devices: DeviceStandings
  readonly recent: RecentReadings
  readonly appends: Appends
}

/** The claims of one request. Made in one go, so no other request comes between finding that a reading is new and saying so. */
export class Claims {
  readonly all: Claim[] = []
  /** What this request appends, by chain. */
  readonly appends = new Map<KnownChain, ChainAppend>()

  constructor(private readonly deps: ClaimDeps, private readonly verdicts: Verdicts) {}

  /** `i`: place of the candidate among the verdicts. */
  claim(candidate: Candidate, i: number): Problem | undefined {
    if (!this.verdicts.holds(i)) return ingestProblems.problem('invalid-signature')
    const problem = refuseAdmission(candidate, this.deps.devices)
    if (problem === undefined) this.all.push(this.claimOf(candidate, i))
    return problem
  }

  private claimOf(candidate: Candidate, i: number): Claim {
    const { chain, deviceNo, envelope } = candidate
    const identity: ReadingIdentity = { chainNo: chain.no, deviceNo, epoch: envelope.epoch, seq: envelope.seq }
    const ticket = this.deps.recent.find(identity)
    return ticket === undefined ? this.claimNew(candidate, identity, i) : this.claimKnown(candidate, ticket, i)
  }

  private claimNew({ index, chain, envelope }: Candidate, identity: ReadingIdentity, i: number): Claim {
    const append = this.appendTo(chain)
    append.add(envelope.bytes, this.deps.recent.add(identity, { bytes: this.verdicts.bytes, at: this.verdicts.leafHashAt(i) }))
    return { index, chain, leafHash: this.verdicts.leafHashText(i), kind: 'new', append, acceptedAtMs: undefined }
  }

  private claimKnown({ index, chain }: Candidate, ticket: number, i: number): Claim {
    const { recent, appends } = this.deps
    const acceptedAtMs = recent.acceptedAt(ticket)
    const same = recent.isSameInput(ticket, { bytes: this.verdicts.bytes, at: this.verdicts.leafHashAt(i) })
    const append = acceptedAtMs === undefined ? appends.of(chain, ticket) : undefined
    return { index, chain, leafHash: recent.leafHashText(ticket), kind: same ? 'repeated' : 'conflict', append, acceptedAtMs }
  }

  private appendTo(chain: KnownChain): ChainAppend {
    const known = this.appends.get(chain)
    if (known !== undefined) return known
    const append = new ChainAppend(chain, this.deps.recent)
    this.appends.set(chain, append)
    this.deps.appends.register(append)
    return append
  }
}
