import type { JwsParts } from './compactJws.ts'
import { CompactJws, parseParts } from './compactJws.ts'
import type { ControlType } from './entryTypes.ts'
import { entryRule, isControlType } from './entryTypes.ts'
import type { DeviceKeyId, PlatformKeyId } from './keyId.ts'
import { refuseMember } from './protectedHeader.ts'
import type { EnvelopeRefusal, Parsed, Refused } from './refusal.ts'
import { refuse } from './refusal.ts'

/** A device's signed reading. Parsed, not verified. */
export class ReadingEnvelope extends CompactJws<DeviceKeyId> {
  readonly typ = 'brume-reading'
  readonly chain: string
  readonly seq: number
  readonly epoch: number

  constructor(parts: JwsParts, signer: DeviceKeyId, chain: string, seq: number) {
    super(parts, signer)
    this.chain = chain
    this.seq = seq
    this.epoch = parts.header.epoch ?? 0
  }
}

/** What the platform puts on the log about a device: its binding, its keys, its status. Its identity is its leaf hash. Parsed, not verified. */
export class ControlEnvelope extends CompactJws<PlatformKeyId> {
  readonly typ: ControlType
  readonly chain: string
  readonly jti: string

  constructor(parts: JwsParts, signer: PlatformKeyId, typ: ControlType, chain: string, jti: string) {
    super(parts, signer)
    this.typ = typ
    this.chain = chain
    this.jti = jti
  }
}

export type EntryEnvelope = ReadingEnvelope | ControlEnvelope

/** What ingest takes: `typ` `brume-reading` only. */
export function parseReading(bytes: Uint8Array): Parsed<ReadingEnvelope> {
  const parsed = parseParts(bytes)
  if (!parsed.ok) return parsed
  if (parsed.envelope.header.typ !== 'brume-reading') return refuse('wrong-typ', 'typ must be brume-reading')
  return refuseByRule(parsed.envelope) ?? toReading(parsed.envelope)
}

/** What the ledger takes: every `typ` of `entryTypes`. */
export function parseEntry(bytes: Uint8Array): Parsed<EntryEnvelope> {
  const parsed = parseParts(bytes)
  if (!parsed.ok) return parsed
  const { typ } = parsed.envelope.header
  return refuseByRule(parsed.envelope) ?? (isControlType(typ) ? toControl(parsed.envelope, typ) : toReading(parsed.envelope))
}

function refuseByRule({ header, signer }: JwsParts): Refused<EnvelopeRefusal> | undefined {
  const rule = entryRule(header.typ)
  if (!rule) return refuse('wrong-typ', 'typ is not one of a ledger entry')
  if (signer.kind !== rule.signer) return refuse('bad-kid', `${header.typ} is signed by a ${rule.signer} key`)
  for (const member of rule.required) if (header[member] === undefined) return refuseMember(member, 'is missing')
  for (const member of rule.absent) if (header[member] !== undefined) return refuse('forbidden-member', `${member} does not belong in ${header.typ}`)
  return undefined
}

function toReading(parts: JwsParts): Parsed<ReadingEnvelope> {
  const { header, signer } = parts
  // refuseByRule has said so already; the compiler has not seen it.
  if (signer.kind !== 'device' || header.chain === undefined || header.seq === undefined) return refuse('wrong-typ', 'not a reading')
  return { ok: true, envelope: new ReadingEnvelope(parts, signer, header.chain, header.seq) }
}

function toControl(parts: JwsParts, typ: ControlType): Parsed<ControlEnvelope> {
  const { header, signer } = parts
  // As above.
  if (signer.kind !== 'platform' || header.chain === undefined || header.jti === undefined) return refuse('wrong-typ', 'not a control entry')
  return { ok: true, envelope: new ControlEnvelope(parts, signer, typ, header.chain, header.jti) }
}
