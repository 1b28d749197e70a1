import type { PublicJwk, ReadingEnvelope } from '@brume/envelope'
import { encodeBase64url, parseReading, verifyJws } from '@brume/envelope'
import { leafHash } from '@brume/merkle'
import { batchedWay } from './batchedWay.ts'
import { bindingLink } from './bindingLink.ts'
import { directWay } from './directWay.ts'
import { hintsLink, networkLink } from './hintsLink.ts'
import type { Link } from './link.ts'
import { judged, link } from './link.ts'
import type { Proof } from './proof.ts'
import type { Trust } from './trust.ts'
import type { ProvenReading, Verdict } from './verdict.ts'
import { judge } from './verdict.ts'
import type { Way, WayClaim } from './way.ts'

const NO_LATER_EVENT = 'no later event shown: a proof cannot show that the device was not suspended, revoked or given another key in between; fsck can'
const LOST_KEY = 'the platform replaced a lost key of this device: no signature of the old key stands behind the new one'

/** Judges a proof by `trust` alone, without a server. Takes any input that `parseProof` takes, and throws for none. */
export async function verify(proof: Proof, trust: Trust): Promise<Verdict> {
  const claim = claimOf(proof)
  const way = proof.writeMode === 'batched' ? await batchedWay(proof, claim, trust) : directWay(proof, claim, trust)
  const { links, reading, lost } = await signerLinks(proof, claim, way, trust)
  const finding = {
    writeMode: proof.writeMode,
    links: [...links, ...way.links, networkLink(proof.hints, trust), hintsLink(proof.hints, trust)],
    reading: reading && readingFacts(reading, way),
    block: way.recorded,
    caveats: lost ? [NO_LATER_EVENT, LOST_KEY] : [NO_LATER_EVENT],
  }
  return judge(finding, trust)
}

function claimOf({ envelope, binding }: Proof): WayClaim {
  const utf8 = new TextEncoder()
  return { reading: utf8.encode(envelope), keyEntries: binding.keyEntries.map((entry) => utf8.encode(entry.envelope)) }
}

interface SignerLinks {
  links: Link[]
  reading?: ReadingEnvelope
  lost: boolean
}

async function signerLinks(proof: Proof, claim: WayClaim, { readingIndex, keyIndexes }: Way, trust: Trust): Promise<SignerLinks> {
  const parsed = parseReading(claim.reading)
  if (!parsed.ok) {
    const links = [link('signature', 'refused', `the envelope is malformed: ${parsed.refusal.detail}`), link('binding', 'not-checked', 'there is no readable envelope')]
    return { links, lost: false }
  }
  const reading = parsed.envelope
  const bound = await bindingLink({ reading, keyEntries: claim.keyEntries, readingIndex, keyIndexes }, trust)
  return { links: [await signatureLink(proof.chain, reading, bound.jwk), bound.link], reading, lost: bound.lost }
}

async function signatureLink(chain: string, reading: ReadingEnvelope, jwk: PublicJwk | undefined): Promise<Link> {
  if (reading.chain !== chain) return link('signature', 'refused', 'the envelope is for another chain than the file says')
  if (!jwk) return link('signature', 'not-checked', 'the proof makes no key known')
  const holds = await verifyJws(reading, jwk)
  return judged('signature', holds ? undefined : 'the signature does not hold under the key that was bound', `signed by ${reading.header.kid}`)
}

function readingFacts(reading: ReadingEnvelope, { readingIndex }: Way): ProvenReading {
  const { deviceId, keyNumber } = reading.signer
  const { epoch, seq, header, bytes } = reading
  return { device: deviceId, keyNumber, epoch, seq, iat: header.iat ?? 0, leafHash: encodeBase64url(leafHash(bytes)), index: readingIndex }
}
