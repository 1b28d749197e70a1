import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import sodium from 'sodium-native'
import { describe, expect, it } from 'vitest'
import { chain, device, iat, newKey, payload, taken, valueOf } from './device.fixture.ts'
import type { SignatureCheck } from './index.ts'
import { encodeBase64url, parsePublicJwk, parseReading, signatureCheck, signReading, verifyJws } from './index.ts'

const kid = `${device}#1`

function bySodium({ key, signature, signingInput }: SignatureCheck): boolean {
  return sodium.crypto_sign_verify_detached(Buffer.from(signature), Buffer.from(signingInput), Buffer.from(key))
}

async function checkOf(alg: 'EdDSA' | 'ES256'): Promise<SignatureCheck | undefined> {
  const { jwk, signer } = await newKey(kid, alg)
  const envelope = taken(parseReading(await signReading({ chain, seq: 1, iat }, payload, signer)))
  return signatureCheck(envelope, valueOf(parsePublicJwk(jwk)))
}

describe('a signature check', () => {
  it('lets libsodium verify Ed25519', async () => {
    const check = await checkOf('EdDSA')
    expect(check && bySodium(check)).toBe(true)
    expect(check && bySodium({ ...check, signingInput: new Uint8Array(3) })).toBe(false)
  })

  it('lets another engine verify ES256', async () => {
    const check = await checkOf('ES256')
    expect(check && p256.verify(check.signature, check.signingInput, check.key)).toBe(true)
  })

  it('is none where the algorithm is not the key’s', async () => {
    const { signer } = await newKey(kid)
    const envelope = taken(parseReading(await signReading({ chain, seq: 1, iat }, payload, signer)))
    expect(signatureCheck(envelope, valueOf(parsePublicJwk((await newKey(kid, 'ES256')).jwk)))).toBeUndefined()
  })

  it('ends the same here and in libsodium for an R of small order, which RFC 8032 would take', async () => {
    const secret = ed25519.utils.randomSecretKey()
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(secret)
    const sign = (message: Uint8Array) => signWithIdentityR(message, scalar, pointBytes)
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(pointBytes) } as const
    const envelope = taken(parseReading(await signReading({ chain, seq: 1, iat }, payload, { alg: 'EdDSA', kid, sign })))
    expect(ed25519.verify(envelope.signature, envelope.signingInput, pointBytes)).toBe(true)
    expect(await verifyJws(envelope, jwk)).toBe(false)
    const check = signatureCheck(envelope, valueOf(parsePublicJwk(jwk)))
    expect(check && bySodium(check)).toBe(false)
  })
})

/** With r = 0: R is the identity and S = k·a, so that S·B = R + k·A holds. Only the key's owner can do it. */
function signWithIdentityR(message: Uint8Array, scalar: bigint, publicKey: Uint8Array): Uint8Array {
  const r = ed25519.Point.ZERO.toBytes()
  const k = bytesToNumberLE(sha512(new Uint8Array([...r, ...publicKey, ...message])))
  return new Uint8Array([...r, ...numberToBytesLE((k * scalar) % ed25519.Point.Fn.ORDER, 32)])
}
