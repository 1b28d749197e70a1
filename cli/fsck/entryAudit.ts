import type { ControlEnvelope, ControlPayload, EntryEnvelope, JwsVerifier, ReadingEnvelope } from '@brume/envelope'
import { jwsVerifier, parseControlPayload, parseEntry, samePublicJwk } from '@brume/envelope'
import type { Sha256 } from '@brume/merkle'
import type { EntryFlag, KnownKey, Trust } from '@brume/proof'
import { deviceConsentProblem, DeviceHistory, flagNames, isSignedByOneOf } from '@brume/proof'
import { Identities } from './identities.ts'
import type { EntryCounts, FindingCode, Findings } from './report.ts'

const countOf = { 'brume-reading': 'readings', 'brume-binding': 'bindings', 'brume-key': 'keys', 'brume-device-status': 'statuses' } as const

/**
 * Judges entries in their order. Device keys come from the control entries before, which the platform and the devices themselves have signed; so
 * whoever trusts the platform's key needs nothing else.
 */
export class EntryAudit {
  readonly counts: EntryCounts = { entries: 0, readings: 0, bindings: 0, keys: 0, statuses: 0, devices: 0, gaps: 0 }
  readonly flags: Record<EntryFlag, number> = { repeat: 0, equivocation: 0, unbound: 0, suspended: 0, revoked: 0, staleKey: 0 }
  private readonly history = new DeviceHistory()
  private readonly identities: Identities
  private readonly verifiers = new Map<string, Promise<JwsVerifier>>()
  private readonly pending: Promise<void>[] = []
  private readonly chain: string
  private readonly platformKeys: Trust['platformKeys']
  private readonly findings: Findings

  constructor(chain: string, { platformKeys }: Trust, findings: Findings, sha256: Sha256) {
    this.chain = chain
    this.platformKeys = platformKeys
    this.findings = findings
    this.identities = new Identities(sha256)
  }

  async add(bytes: Uint8Array, leafHash: Uint8Array): Promise<void> {
    const index = this.counts.entries++
    const parsed = parseEntry(bytes)
    if (!parsed.ok) return this.find('entry-malformed', index, parsed.refusal.detail)
    const { envelope } = parsed
    this.counts[countOf[envelope.typ]]++
    if (envelope.chain !== this.chain) return this.find('entry-other-chain', index, `the entry is for chain ${envelope.chain}`)
    if (isReading(envelope)) this.addReading(envelope, index, leafHash)
    else await this.addControl(envelope, index)
  }

  /** Waits for the signatures of the entries so far; native crypto checks them beside this thread. */
  async settle(): Promise<void> {
    await Promise.all(this.pending.splice(0))
    this.counts.gaps = this.identities.gaps()
  }

  private addReading(reading: ReadingEnvelope, index: number, leafHash: Uint8Array): void {
    const { flags, twice } = this.identities.see(reading, leafHash)
    for (const name of flagNames(flags | this.history.flagsOf(reading))) this.flags[name]++
    if (twice) this.find('entry-twice', index, 'the same bytes are an entry already')
    const { deviceId, keyNumber } = reading.signer
    const key = this.history.of(deviceId)?.keys.get(keyNumber)
    if (!key) return this.find('entry-key-unknown', index, `no entry before makes ${reading.header.kid} known`)
    this.pending.push(this.checkSignature(reading, key, index))
  }

  private async checkSignature(reading: ReadingEnvelope, key: KnownKey, index: number): Promise<void> {
    const verify = await this.verifierOf(reading.header.kid, key)
    if (!(await verify(reading))) this.find('entry-signature', index, `the signature does not hold under ${reading.header.kid}`)
  }

  private verifierOf(kid: string, { jwk }: KnownKey): Promise<JwsVerifier> {
    const verifier = this.verifiers.get(kid) ?? jwsVerifier(jwk)
    this.verifiers.set(kid, verifier)
    return verifier
  }

  private async addControl(envelope: ControlEnvelope, index: number): Promise<void> {
    if (!(await isSignedByOneOf(envelope, this.platformKeys))) return this.find('control-signature', index, 'no trusted platform key signed this entry')
    const payload = parseControlPayload(envelope)
    if (!payload.ok) return this.find('control-payload', index, payload.refusal.detail)
    const problem = await this.consentProblem(envelope, payload.value)
    if (problem) return this.find('control-consent', index, problem)
    if (this.isKeyChange(payload.value)) return this.find('binding-changes-key', index, 'a device that is bound gets another key by a second binding')
    if (!this.history.of(payload.value.device)) this.counts.devices++
    this.history.apply(payload.value, index)
  }

  private async consentProblem(envelope: ControlEnvelope, payload: ControlPayload): Promise<string | undefined> {
    const standing = this.history.of(payload.device)
    if (payload.typ === 'brume-device-status') return standing ? undefined : 'the status is of a device that is not bound'
    const jwk = standing?.keys.get(standing.keyNumber)?.jwk
    return deviceConsentProblem({ envelope, payload }, standing && jwk && { keyNumber: standing.keyNumber, jwk })
  }

  /** A key is replaced by a key entry, which the old key endorses or which says that it was lost. */
  private isKeyChange(payload: ControlPayload): boolean {
    const standing = this.history.of(payload.device)
    if (payload.typ !== 'brume-binding' || !standing) return false
    const known = standing.keys.get(payload.keyNumber)
    return !known || !samePublicJwk(known.jwk, payload.jwk)
  }

  private find(code: FindingCode, index: number, detail: string): void {
    this.findings.add(code, `entry ${index}`, detail)
  }
}

function isReading(envelope: EntryEnvelope): envelope is ReadingEnvelope {
  return envelope.typ === 'brume-reading'
}
