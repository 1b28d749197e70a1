import { parseReading, type ReadingEnvelope } from '@brume/envelope'
import type { Problem } from '@brume/http'
import { ingestProblems } from '../problems.ts'
import type { ChainStanding, ChainStandings } from '../views/chainStandings.ts'
import type { DeviceStandings } from '../views/deviceStandings.ts'
import { envelopeProblem } from './refusals.ts'

/** A chain whose state this process knows. */
export type KnownChain = ChainStanding & { readonly state: NonNullable<ChainStanding['state']> }

/** A reading of a device that is bound to its chain; not verified yet. */
export interface Candidate {
  /** Its place in the request. */
  readonly index: number
  readonly envelope: ReadingEnvelope
  readonly chain: KnownChain
  readonly deviceNo: number
  /** In `DeviceStandings.keys`. */
  readonly keySlot: number
}

export type Recognised = { readonly ok: true; readonly candidate: Candidate } | { readonly ok: false; readonly problem: Problem }

/** Whose reading is it? With the ledger's own parser, so that what is promised can be sequenced. */
export class Recognition {
  constructor(private readonly devices: DeviceStandings, private readonly chains: ChainStandings) {}

  recognise(bytes: Uint8Array, index: number): Recognised {
    const parsed = parseReading(bytes)
    if (!parsed.ok) return { ok: false, problem: envelopeProblem(parsed.refusal) }
    const candidate = this.candidateOf(parsed.envelope, index)
    if (candidate === undefined) return { ok: false, problem: ingestProblems.problem('unknown-device') }
    if (this.devices.keys.fits(candidate.keySlot, parsed.envelope.header.alg)) return { ok: true, candidate }
    return { ok: false, problem: ingestProblems.problem('invalid-signature', 'The alg is not one of the registered key.') }
  }

  /** Undefined alike for an unknown, a foreign and an unbound device, an unknown key and an unknown or deleted chain: the answer tells nobody which. */
  private candidateOf(envelope: ReadingEnvelope, index: number): Candidate | undefined {
    const chain = this.chains.find(envelope.chain)
    const deviceNo = this.devices.find(envelope.signer.deviceId)
    if (chain === undefined || deviceNo === undefined || !isKnown(chain) || !chain.bound.has(deviceNo)) return undefined
    if (chain.state.state === 'deleted' || !this.devices.belongsTo(deviceNo, chain.state.tenantId)) return undefined
    const keySlot = this.devices.keyOf(deviceNo, envelope.signer.keyNumber)
    return keySlot === undefined ? undefined : { index, envelope, chain, deviceNo, keySlot }
  }
}

function isKnown(chain: ChainStanding): chain is KnownChain {
  return chain.state !== undefined
}
