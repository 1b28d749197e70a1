import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RandomBytes } from '@brume/config'
import { createSecretFile, OperatorError, systemRandom } from '@brume/config'

/**
 * The key-encryption key: every signing key lies in the database sealed by it (AES-256-GCM, NIST SP 800-38D), so that a copy of the database alone
 * signs nothing.
 *
 * Sealed bytes: version (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16). The key id tells "another KEK" from "altered bytes". Nonces
 * are random, which SP 800-38D section 8.3 allows for 2³² seals of one key: far more than there are signing keys.
 */
export interface Kek {
  /** `aad` names what is sealed (such as the kid), so that one sealed key cannot be put in another's place. */
  seal(plaintext: Uint8Array, aad: string): Uint8Array
  /** Throws a {@link KekError}. */
  open(sealed: Uint8Array, aad: string): Uint8Array
}

export type KekFailure = 'unknown-version' | 'wrong-kek' | 'altered'

export class KekError extends OperatorError {
  override name = 'KekError'
  readonly code: KekFailure
  constructor(code: KekFailure, message: string) {
    super(message)
    this.code = code
  }
}

const version = 1
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + 4 + nonceBytes

/** `key` is 32 bytes. */
export function kekOf(key: Uint8Array, random: RandomBytes = systemRandom): Kek {
  if (key.length !== 32) throw new Error(`a key-encryption key has 32 bytes, not ${key.length}`)
  const keyId = idOf(key)
  return {
    seal: (plaintext, aad) => {
      const nonce = random(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad))
      return new Uint8Array(Buffer.concat([Uint8Array.of(version), keyId, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
    },
    open: (sealed, aad) => {
      checkHead(sealed, keyId)
      return decrypt(sealed, aad, key)
    },
  }
}

/** From `BRUME_KEK` (base64), or from `<data>/kek`, made at first start. */
export function loadKek(config: { readonly kek?: string | undefined; readonly dataDir: string }, random: RandomBytes = systemRandom): Kek {
  if (config.kek !== undefined) return kekOf(Buffer.from(config.kek, 'base64'), random)
  const path = join(config.dataDir, 'kek')
  const text = Buffer.from(createSecretFile(path, () => Buffer.from(`${Buffer.from(random(32)).toString('base64')}\n`))).toString()
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) throw new OperatorError(`${path} must hold 32 bytes in base64`)
  return kekOf(key, random)
}

/** Four bytes of a hash of 256 random bits give nothing away about them. */
function idOf(key: Uint8Array): Uint8Array {
  return createHash('sha256').update('brume kek id').update(key).digest().subarray(0, 4)
}

function checkHead(sealed: Uint8Array, keyId: Uint8Array): void {
  if (sealed[0] !== version || sealed.length < headBytes + tagBytes) throw new KekError('unknown-version', `sealed key has a form that this version does not know (first byte ${sealed[0] ?? 'missing'})`)
  const sealedBy = Buffer.from(sealed.subarray(1, 5))
  if (sealedBy.equals(keyId)) return
  const hex = Buffer.from(keyId).toString('hex')
  throw new KekError('wrong-kek', `sealed with key-encryption key ${sealedBy.toString('hex')}, but this is ${hex}: give back the BRUME_KEK or the file <data>/kek that this database was made with`)
}

function decrypt(sealed: Uint8Array, aad: string, key: Uint8Array): Uint8Array {
  const end = sealed.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(5, headBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(aad)).setAuthTag(sealed.subarray(end))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(headBytes, end)), decipher.final()]))
  } catch {
    throw new KekError('altered', 'sealed key was altered, or belongs to another name')
  }
}
