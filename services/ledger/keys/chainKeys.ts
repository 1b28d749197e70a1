import { SigningKey, type Kek } from '@brume/keys'
import { formatVerifierKey, verifierKey, type NoteSigner } from '@brume/merkle'
import { randomBytes } from 'node:crypto'
import { WriterWallet } from '../anchor/writerWallet.ts'

/** secp256k1 keys are 32 random bytes below the group order, which a random value misses once in 2^128. */
const WRITER_KEY_BYTES = 32

export interface NewChainKeys {
  verifierKey: string
  ledgerKeySealed: Uint8Array
  writerAddress: string
  writerKeySealed: Uint8Array
}

/** A ledger's checkpoint key and its writer's account: made at creation, used for nothing else, sealed at rest. */
export function makeChainKeys(origin: string, eip155: number, kek: Kek): NewChainKeys {
  const ledgerKey = SigningKey.generate(origin)
  const writerKey = randomBytes(WRITER_KEY_BYTES)
  return {
    verifierKey: formatVerifierKey(verifierKey(origin, ledgerKey.publicKey)),
    ledgerKeySealed: ledgerKey.seal(kek),
    writerAddress: walletOf(writerKey, eip155).address,
    writerKeySealed: kek.seal(writerKey, writerName(origin)),
  }
}

export function openLedgerSigner(origin: string, sealed: Uint8Array, kek: Kek): NoteSigner {
  const key = SigningKey.open(origin, sealed, kek)
  const { name, keyHash } = verifierKey(origin, key.publicKey)
  return { name, keyHash, sign: (text) => key.sign(text) }
}

export function openWriter(origin: string, eip155: number, sealed: Uint8Array, kek: Kek): WriterWallet {
  return walletOf(kek.open(sealed, writerName(origin)), eip155)
}

function walletOf(key: Uint8Array, eip155: number): WriterWallet {
  return new WriterWallet(`0x${Buffer.from(key).toString('hex')}`, eip155)
}

function writerName(origin: string): string {
  return `brume writer of ${origin}`
}
