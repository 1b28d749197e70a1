import type { Alg, PrivateJwk, PublicJwk } from './algorithms/algorithm.ts'
import { familyOfAlg, familyOfKey } from './algorithms/index.ts'

/** A private key behind one call: WebCrypto, a native library, a secure element. */
export interface Signer {
  alg: Alg
  kid: string
  /** 64 bytes; ES256 in low-s form. */
  sign(signingInput: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** `alg` defaults to the oldest name of the key's algorithm, `EdDSA` or `ES256`, which every JOSE library knows. */
export async function signerFromPrivateJwk(jwk: PrivateJwk, kid: string, alg?: Alg): Promise<Signer> {
  const family = familyOfKey(jwk)
  if (!family) throw new TypeError('the key is neither Ed25519 nor P-256')
  const name = alg ?? family.algs[0]
  if (familyOfAlg(name) !== family) throw new TypeError(`a ${family.crv} key cannot sign as ${name}`)
  return { alg: name, kid, sign: await family.importPrivate(jwk) }
}

/** A new key by the runtime's own cryptographic source, for the device's side. */
export async function generateDeviceKey(alg: Alg): Promise<{ publicJwk: PublicJwk; privateJwk: PrivateJwk }> {
  const family = familyOfAlg(alg)
  if (!family) throw new TypeError(`${alg} is not an algorithm of Brume`)
  return family.generate()
}
