import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export type Alg = 'EdDSA' | 'ES256'

/** Order of P-256 (SP 800-186 section 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** A key pair as a device without our SDK has it: node:crypto, and JWS put together by hand, so that it can also be put together wrongly. */
export class SimulatedKey {
  readonly alg: Alg
  readonly jwk: Record<string, string>
  readonly #privateKey: KeyObject

  constructor(alg: Alg = 'EdDSA') {
    const pair = alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { kty, crv, x, y } = pair.publicKey.export({ format: 'jwk' })
    // Both kinds have kty, crv and x (RFC 7518, RFC 8037); y only P-256.
    this.jwk = { kty: String(kty), crv: String(crv), x: String(x), ...(y !== undefined && { y }) }
    this.alg = alg
    this.#privateKey = pair.privateKey
  }

  get privateJwk(): Record<string, string> {
    return { ...this.jwk, d: String(this.#privateKey.export({ format: 'jwk' }).d) }
  }

  sign(signingInput: string): Buffer {
    const bytes = Buffer.from(signingInput)
    if (this.alg === 'EdDSA') return sign(null, bytes, this.#privateKey)
    return withS(sign('sha256', bytes, { key: this.#privateKey, dsaEncoding: 'ieee-p1363' }), (s) => (s > ORDER / 2n ? ORDER - s : s))
  }

  jws(header: Record<string, unknown>, payload: string | object): string {
    const content = typeof payload === 'string' ? payload : JSON.stringify(payload)
    return this.jwsOf(JSON.stringify({ alg: this.alg, ...header }), content)
  }

  /** `header`: text, also what is no JSON. */
  jwsOf(header: string, payload: string): string {
    const input = `${base64url(header)}.${base64url(payload)}`
    return `${input}.${this.sign(input).toString('base64url')}`
  }
}

/** The other valid ECDSA signature of the same bytes. */
export function highS(jws: string): string {
  const [header, payload, signature = ''] = jws.split('.')
  return `${header}.${payload}.${withS(Buffer.from(signature, 'base64url'), (s) => ORDER - s).toString('base64url')}`
}

function withS(signature: Buffer, change: (s: bigint) => bigint): Buffer {
  const s = change(BigInt(`0x${signature.subarray(32).toString('hex')}`))
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
}

export function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
