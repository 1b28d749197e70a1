import { p256 } from '@noble/curves/nist.js'
import { bytesToNumberBE, concatBytes, hexToBytes, numberToBytesBE } from '@noble/curves/utils.js'
import { encodeBase64url } from '../base64url.ts'
import type { EnvelopeRefusal } from '../refusal.ts'
import { webCryptoBytes } from '../webCryptoBytes.ts'
import type { AlgorithmFamily, P256Jwk, PrivateJwk, PublicJwk, PublicKey, Sign, Verify } from './algorithm.ts'
import { exported, readCoordinate } from './coordinate.ts'

const webCryptoKey = { name: 'ECDSA', namedCurve: 'P-256' }
const webCryptoHash = { name: 'ECDSA', hash: 'SHA-256' }

/** ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4), low-s only: (r, n-s) is as valid as (r, s), and anyone can make it without the key. */
export const es256Family: AlgorithmFamily = {
  name: 'p256',
  algs: ['ES256'],
  kty: 'EC',
  crv: 'P-256',
  signatureBytes: 64,
  refuseSignature,
  readPublicKey,
  importPublic,
  importPrivate,
  generate,
}

const order = p256.Point.Fn.ORDER
const halfOrder = numberToBytesBE(order >> 1n, 32)

function refuseSignature(signature: Uint8Array): EnvelopeRefusal | undefined {
  return isLowS(signature) ? undefined : { code: 'high-s', detail: 's of the ECDSA signature is above half the group order; send n - s' }
}

function isLowS(signature: Uint8Array): boolean {
  for (const [i, limit] of halfOrder.entries()) {
    const byte = signature[32 + i] ?? 0
    if (byte !== limit) return byte < limit
  }
  return true
}

function toLowS(signature: Uint8Array): Uint8Array {
  if (isLowS(signature)) return signature
  return concatBytes(signature.subarray(0, 32), numberToBytesBE(order - bytesToNumberBE(signature.subarray(32)), 32))
}

const uncompressed = hexToBytes('04')

function readPublicKey(members: Record<string, unknown>): PublicKey | string {
  const x = readCoordinate(members.x)
  const y = readCoordinate(members.y)
  if (!x || !y) return 'x and y must be canonical base64url of 32 bytes each'
  const bytes = webCryptoBytes(concatBytes(uncompressed, x, y))
  if (!isOnCurve(bytes)) return 'x and y are not a point of P-256'
  return { family: 'p256', jwk: { kty: 'EC', crv: 'P-256', x: encodeBase64url(x), y: encodeBase64url(y) }, bytes }
}

/** P-256 has cofactor 1: a point on the curve that is not infinity has the right order (SP 800-56A section 5.6.2.3.4). */
function isOnCurve(point: Uint8Array): boolean {
  try {
    p256.Point.fromBytes(point).assertValidity()
    return true
  } catch {
    return false
  }
}

async function importPublic(jwk: PublicJwk): Promise<Verify> {
  const key = await crypto.subtle.importKey('jwk', publicMembers(jwk), webCryptoKey, false, ['verify'])
  return (signature, signingInput) => crypto.subtle.verify(webCryptoHash, key, webCryptoBytes(signature), webCryptoBytes(signingInput))
}

async function importPrivate(jwk: PrivateJwk): Promise<Sign> {
  const key = await crypto.subtle.importKey('jwk', { ...publicMembers(jwk), d: jwk.d }, webCryptoKey, false, ['sign'])
  // WebCrypto gives r || s as JOSE wants it, but high-s half of the time.
  return async (signingInput) => toLowS(new Uint8Array(await crypto.subtle.sign(webCryptoHash, key, webCryptoBytes(signingInput))))
}

/** Without `alg`, `use` and `key_ops` of the caller, over which runtimes differ. */
function publicMembers(jwk: PublicJwk): P256Jwk {
  if (jwk.kty !== 'EC') throw new TypeError('not a P-256 key')
  return { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y }
}

async function generate() {
  const pair = await crypto.subtle.generateKey(webCryptoKey, true, ['sign', 'verify'])
  const { x, y, d } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  const publicJwk: P256Jwk = { kty: 'EC', crv: 'P-256', x: exported(x), y: exported(y) }
  return { publicJwk, privateJwk: { ...publicJwk, d: exported(d) } }
}
