import type { NoteSigner, NoteVerifier } from './note.ts'
import { verifierKey, type VerifierKey } from './verifierKey.ts'

/** Checks notes by WebCrypto, which Node 24 and browsers have. */
export function ed25519Verifier(key: VerifierKey): NoteVerifier {
  return {
    name: key.name,
    keyHash: key.keyHash,
    async verify(text, signature) {
      // WebCrypto takes no view of a SharedArrayBuffer, and the type says so: copies have a buffer of their own.
      const publicKey = await globalThis.crypto.subtle.importKey('raw', new Uint8Array(key.publicKey), 'Ed25519', false, ['verify'])
      return globalThis.crypto.subtle.verify('Ed25519', publicKey, new Uint8Array(signature), new Uint8Array(text))
    },
  }
}

/** A signer under this name: `sign` is an Ed25519 signature over the bytes, wherever the private key lies. */
export function ed25519Signer(name: string, publicKey: Uint8Array, sign: NoteSigner['sign']): NoteSigner {
  const { keyHash } = verifierKey(name, publicKey)
  return { name, keyHash, sign }
}
