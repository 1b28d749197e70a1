import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import sodium from 'sodium-native'
import { countOf, FAMILY_ED25519, unpackReading, writeVerdict, type PackedReading } from './verifyFormat.ts'

/** Checks signatures on a thread of its own: they are most of what a reading costs. Hashes go with them, because the bytes are at hand. */
if (parentPort === null) throw new Error('verifyWorker runs as a worker thread')
const port = parentPort

/** Importing a P-256 key costs about as much as checking a signature with it. */
const importedKeys = new LRUCache<string, KeyObject>({ max: 4_096 })

function holds(reading: PackedReading): boolean {
  if (reading.family === FAMILY_ED25519) return sodium.crypto_sign_verify_detached(reading.signature, reading.signingInput, reading.key.subarray(0, 32))
  return verify('sha256', reading.signingInput, { key: p256Key(reading.key), dsaEncoding: 'ieee-p1363' }, reading.signature)
}

function p256Key(point: Buffer): KeyObject {
  const name = point.toString('latin1')
  const known = importedKeys.get(name)
  if (known !== undefined) return known
  const jwk = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33, 65) }
  const key = createPublicKey({ format: 'jwk', key: jwk })
  importedKeys.set(name, key)
  return key
}

function answer(pack: Buffer): void {
  const count = countOf(pack)
  for (let i = 0; i < count; i++) {
    const reading = unpackReading(pack, i)
    writeVerdict(pack, i, holds(reading), hash('sha256', reading.leafInput, 'buffer'), hash('sha256', reading.signingInput, 'buffer'))
  }
}

port.on('message', (packs: ArrayBuffer[]) => {
  for (const pack of packs) answer(Buffer.from(pack))
  port.postMessage(packs, packs)
})
