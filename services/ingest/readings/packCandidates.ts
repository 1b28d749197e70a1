import type { DeviceStandings } from '../views/deviceStandings.ts'
import { allocatePack, FAMILY_ED25519, FAMILY_P256, firstEnvelopeAt, packedKeyAt, packReading } from '../verify/verifyFormat.ts'
import type { Candidate } from './recognition.ts'

const familyNumbers = { ed25519: FAMILY_ED25519, p256: FAMILY_P256 } as const

/** What a worker needs to verify the candidates of one request, in one buffer. */
export function packCandidates(candidates: readonly Candidate[], { keys }: DeviceStandings): Buffer<ArrayBuffer> {
  let envelopeBytes = 0
  for (const { envelope } of candidates) envelopeBytes += envelope.bytes.length
  const pack = allocatePack({ readings: candidates.length, envelopeBytes })
  let at = firstEnvelopeAt(candidates.length)
  for (const [i, { envelope, keySlot }] of candidates.entries()) {
    keys.copyTo(keySlot, pack, packedKeyAt(i))
    at = packReading(pack, i, at, { envelope: envelope.bytes, signingInputBytes: envelope.signingInput.length, signature: envelope.signature, family: familyNumbers[keys.familyOf(keySlot)] })
  }
  return pack
}
