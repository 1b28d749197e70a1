import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { bytesToHex, bytesToNumberLE } from '@noble/curves/utils.js'
import { encodeBase64url } from '../base64url.ts'
import type { EnvelopeRefusal } from '../refusal.ts'
import { webCryptoBytes } from '../webCryptoBytes.ts'
import type { AlgorithmFamily, Ed25519Jwk, PrivateJwk, PublicJwk, PublicKey, Sign, Verify } from './algorithm.ts'
import { exported, readCoordinate } from './coordinate.ts'

const webCryptoName = { name: 'Ed25519' }

/**
 * Ed25519 (RFC 8032, RFC 8037). RFC 8032 leaves room in which libraries differ (Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, 2020).
 * Brume closes it where bytes enter, so that ingest, ledger, browser and any JOSE library agree on every signature: keys are canonical points of
 * the prime-order group, S is below L, R is not of small order.
 */
export const ed25519Family: AlgorithmFamily = {
  name: 'ed25519',
  algs: ['EdDSA', 'Ed25519'],
  kty: 'OKP',
  crv: 'Ed25519',
  signatureBytes: 64,
  refuseSignature,
  readPublicKey,
  importPublic,
  importPrivate,
  generate,
}

/** RFC 8032 section 5.1.7: S + L would verify with a sloppy verifier and be a second signature of the same bytes. */
function refuseSignature(signature: Uint8Array): EnvelopeRefusal | undefined {
  const top = signature[63] ?? 0
  if (top < 0x10) return undefined // L is a little more than 2^252, so only S with a top byte of 0x10 or more need the long comparison.
  if (top === 0x10 && bytesToNumberLE(signature.subarray(32)) < ed25519.Point.Fn.ORDER) return undefined
  return { code: 'non-canonical-s', detail: 'S of the Ed25519 signature is not below the group order' }
}

function readPublicKey(members: Record<string, unknown>): PublicKey | string {
  const bytes = readCoordinate(members.x)
  if (!bytes) return 'x must be canonical base64url of 32 bytes'
  const problem = pointProblem(bytes)
  if (problem) return problem
  return { family: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(bytes) }, bytes }
}

/** A key of small order signs everything; one of mixed order makes signatures on which cofactored and cofactorless verifiers disagree. */
/** Keys that have passed, by their bytes in hex: the check of the group costs a millisecond, and one key is read for its binding and for its request. */
const sound = new Set<string>()
const MOST_REMEMBERED = 4_096

function pointProblem(bytes: Uint8Array): string | undefined {
  const key = bytesToHex(bytes)
  if (sound.has(key)) return undefined
  const problem = checkPoint(bytes)
  if (sound.size >= MOST_REMEMBERED) sound.clear()
  if (problem === undefined) sound.add(key)
  return problem
}

function checkPoint(bytes: Uint8Array): string | undefined {
  try {
    const point = ed25519.Point.fromBytes(bytes) // strict: refuses y >= p and the negative zero
    if (point.isSmallOrder()) return 'the Ed25519 point has a small order'
    return point.isTorsionFree() ? undefined : 'the Ed25519 point is not in the prime-order group'
  } catch {
    return 'x is not a canonical Ed25519 point'
  }
}

const smallOrder = new Set<string>(ED25519_TORSION_SUBGROUP)

/** libsodium, OpenSSL 3.5 and the W3C text refuse R of small order, RFC 8032 and @noble/curves take it; a signer can make one on purpose, so no runtime is asked. */
function hasSmallOrderR(signature: Uint8Array): boolean {
  return smallOrder.has(bytesToHex(signature.subarray(0, 32)))
}

async function importPublic(jwk: PublicJwk): Promise<Verify> {
  const { kty, crv, x } = jwk
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x }, webCryptoName, false, ['verify'])
  return async (signature, signingInput) =>
    !hasSmallOrderR(signature) && crypto.subtle.verify(webCryptoName, key, webCryptoBytes(signature), webCryptoBytes(signingInput))
}

async function importPrivate(jwk: PrivateJwk): Promise<Sign> {
  const { kty, crv, x, d } = jwk
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, d }, webCryptoName, false, ['sign'])
  return async (signingInput) => new Uint8Array(await crypto.subtle.sign(webCryptoName, key, webCryptoBytes(signingInput)))
}

async function generate() {
  const pair = await crypto.subtle.generateKey(webCryptoName, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('the runtime made no Ed25519 key pair')
  const { x, d } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  const publicJwk: Ed25519Jwk = { kty: 'OKP', crv: 'Ed25519', x: exported(x) }
  return { publicJwk, privateJwk: { ...publicJwk, d: exported(d) } }
}
