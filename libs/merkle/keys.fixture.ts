import { ed25519Signer } from './ed25519.ts'
import type { NoteSigner } from './note.ts'
import { parseVerifierKey, verifierKey, type VerifierKey } from './verifierKey.ts'

export function parsedKey(vkey: string): VerifierKey {
  const parsed = parseVerifierKey(vkey)
  if (!parsed.ok) throw new Error(`${vkey}: ${parsed.problem}`)
  return parsed.value
}

/** A new key pair under this name, made and used by WebCrypto. */
export async function newKey(name: string): Promise<{ key: VerifierKey; signer: NoteSigner }> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('Ed25519 keys come in pairs')
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const sign = async (text: Uint8Array) => new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, new Uint8Array(text)))
  return { key: verifierKey(name, publicKey), signer: ed25519Signer(name, publicKey, sign) }
}
