import type { Alg, Checked, Parsed } from './index.ts'
import { generateDeviceKey, signerFromPrivateJwk } from './index.ts'

export const chain = '0199c0de-0000-7000-8000-0000000000c1'
export const otherChain = '0199c0de-0000-7000-8000-0000000000c2'
export const device = '0199c0de-0000-7000-8000-0000000000d1'
export const otherDevice = '0199c0de-0000-7000-8000-0000000000d2'
export const iat = 1_763_733_600
export const payload = new TextEncoder().encode('[{"n":"temperature","u":"Cel","v":7.4}]')

/** A fresh key with its signer, as the owner `kid` names. */
export async function newKey(kid: string, alg: Alg = 'EdDSA') {
  const { publicJwk, privateJwk } = await generateDeviceKey(alg)
  return { jwk: publicJwk, privateJwk, signer: await signerFromPrivateJwk(privateJwk, kid, alg) }
}

export function taken<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(`${parsed.refusal.code}: ${parsed.refusal.detail}`)
  return parsed.envelope
}

export function valueOf<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new Error(`${checked.refusal.code}: ${checked.refusal.detail}`)
  return checked.value
}

export function codeOf(result: Parsed<unknown> | Checked<unknown>): string {
  return result.ok ? 'accepted' : result.refusal.code
}
