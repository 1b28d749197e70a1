import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'

/** C2SP signed-note and tlog-checkpoint, with node:crypto only. */
export interface VerifierKey {
  readonly name: string
  readonly id: Buffer
  readonly key: KeyObject
}

/** SubjectPublicKeyInfo of Ed25519 up to the key (RFC 8410 section 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export function parseVerifierKey(vkey: string): VerifierKey {
  const [, name = '', hash = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? []
  const typed = Buffer.from(base64, 'base64')
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4)
  if (typed.length !== 33 || typed[0] !== 1 || id.toString('hex') !== hash) throw new Error(`not an Ed25519 verifier key: ${vkey}`)
  return { name, id, key: createPublicKey({ key: Buffer.concat([SPKI, typed.subarray(1)]), format: 'der', type: 'spki' }) }
}

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** Throws unless this key has signed the note. */
export function openCheckpoint(note: string, { name, id, key }: VerifierKey): Checkpoint {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const signatures = note.slice(end + 2).split('\n').filter((line) => line.startsWith(`\u2014 ${name} `)).map((line) => Buffer.from(line.slice(name.length + 3), 'base64'))
  const good = signatures.some((bytes) => bytes.subarray(0, 4).equals(id) && verify(null, Buffer.from(text), key, bytes.subarray(4)))
  if (!good) throw new Error(`no signature by ${name} holds`)
  const [origin = '', size = '', root = ''] = text.split('\n')
  if (origin !== name || !/^(0|[1-9]\d*)$/.test(size)) throw new Error('the note is not a checkpoint of this ledger')
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
}
