import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { KekError, kekOf, loadKek } from './kek.ts'
import { SigningKey } from './signingKey.ts'
import { verifyEd25519 } from './ed25519.ts'

const kek = kekOf(new Uint8Array(32).fill(1))
const secret = Buffer.from('a secret')

const failure = (work: () => unknown): KekError => {
  try {
    work()
  } catch (error) {
    if (error instanceof KekError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('kek', () => {
  it('opens what it sealed, under the same name only', () => {
    const sealed = kek.seal(secret, 'auth#1')
    expect(Buffer.from(kek.open(sealed, 'auth#1'))).toEqual(secret)
    expect(failure(() => kek.open(sealed, 'auth#2')).code).toBe('altered')
  })

  it('seals the same bytes differently each time', () => {
    expect(kek.seal(secret, '')).not.toEqual(kek.seal(secret, ''))
  })

  it('says when the key-encryption key is another one', () => {
    const other = kekOf(new Uint8Array(32).fill(2))
    const error = failure(() => other.open(kek.seal(secret, 'x'), 'x'))
    expect(error).toMatchInlineSnapshot(`[KekError: sealed with key-encryption key 95d0c927, but this is e9f5b30c: give back the BRUME_KEK or the file <data>/kek that this database was made with]`)
    expect(error.code).toBe('wrong-kek')
  })

  it('notices each altered byte', () => {
    const sealed = kek.seal(secret, 'x')
    for (let index = 0; index < sealed.length; index += 1) {
      const altered = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte))
      expect(failure(() => kek.open(altered, 'x')).code).toBe(index === 0 ? 'unknown-version' : index < 5 ? 'wrong-kek' : 'altered')
    }
    expect(failure(() => kek.open(sealed.subarray(0, 32), 'x')).code).toBe('unknown-version')
    expect(failure(() => kek.open(new Uint8Array(), 'x')).code).toBe('unknown-version')
  })
})

describe('loadKek', () => {
  it('makes one key for the data folder and keeps it', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'brume-kek-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    const sealed = loadKek({ dataDir }).seal(secret, 'x')
    expect(Buffer.from(loadKek({ dataDir }).open(sealed, 'x'))).toEqual(secret)
    expect(statSync(join(dataDir, 'kek')).mode & 0o777).toBe(0o600)
  })

  it('takes the key from the configuration', () => {
    const given = loadKek({ kek: Buffer.alloc(32, 1).toString('base64'), dataDir: '/nowhere' })
    expect(Buffer.from(given.open(kek.seal(secret, 'x'), 'x'))).toEqual(secret)
  })
})

describe('SigningKey', () => {
  it('signs the same after it was sealed and opened', () => {
    const key = SigningKey.generate('platform#1')
    const opened = SigningKey.open('platform#1', key.seal(kek), kek)
    expect(opened.sign(secret)).toEqual(key.sign(secret))
    expect(verifyEd25519(opened.sign(secret), secret, key.publicKey)).toBe(true)
    expect(failure(() => SigningKey.open('ingest#1', key.seal(kek), kek)).code).toBe('altered')
  })

  it('agrees with RFC 8032 section 7.1 test 2', () => {
    const seed = Uint8Array.from(Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex'))
    const key = SigningKey.generate('rfc#1', () => seed)
    expect(Buffer.from(key.publicKey).toString('hex')).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    expect(Buffer.from(key.sign(Uint8Array.of(0x72))).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  it('shows its public half only', () => {
    const text = JSON.stringify(SigningKey.generate('platform#1'))
    expect(JSON.parse(text)).toEqual({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: 'platform#1', x: expect.stringMatching(/^[\w-]{43}$/) })
  })
})

describe('verifyEd25519', () => {
  it('refuses lengths from outside without throwing', () => {
    expect(verifyEd25519(new Uint8Array(63), secret, new Uint8Array(32))).toBe(false)
    expect(verifyEd25519(new Uint8Array(64), secret, new Uint8Array(31))).toBe(false)
  })
})
