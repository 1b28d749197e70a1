import { fromBase64, toBase64 } from './base64.ts'
import { MerkleError } from './merkleError.ts'
import { accepted, refused, type Outcome } from './outcome.ts'
import { isKeyName } from './verifierKey.ts'

/** Signed notes: C2SP signed-note. A text, an empty line, and a line per signature. */
export interface NoteSigner {
  readonly name: string
  readonly keyHash: number
  sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>
}

export interface NoteVerifier {
  readonly name: string
  readonly keyHash: number
  verify(text: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>
}

export interface NoteSignature {
  readonly name: string
  readonly keyHash: number
  /** Without the key hash. */
  readonly signature: Uint8Array
}

/** A note as it stands, with no signature checked: not to be trusted. */
export interface ParsedNote {
  /** Ends with a newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface OpenedNote {
  readonly text: string
  /** At least one. */
  readonly verified: readonly NoteSignature[]
  /** By keys that no verifier was given for, such as witnesses. */
  readonly unknown: readonly NoteSignature[]
}

export type NoteFormatProblem = 'note-encoding' | 'note-without-signatures' | 'note-signature-malformed' | 'note-too-many-signatures'
export type NoteProblem = NoteFormatProblem | 'note-signature-invalid' | 'note-signature-unknown'

/** C2SP wants a limit, and at least 16; Go's note package takes 100. */
const MAX_SIGNATURES = 100
const KEY_HASH_BYTES = 4
const DASH = '\u2014 '

/** The signed note. Throws `note-text` for a text that no one could open. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!isNoteEncoding(text) || !text.endsWith('\n')) throw new MerkleError('note-text', 'the text of a note ends with a newline and has no other control character')
  if (signers.length === 0) throw new MerkleError('no-signer', 'a note needs a signer')
  const bytes = new TextEncoder().encode(text)
  const lines = await Promise.all(signers.map(async (signer) => signatureLine(signer, await signer.sign(bytes))))
  return `${text}\n${lines.join('')}`
}

/**
 * The text, if at least one given verifier accepts a signature. One bad signature of a known key refuses the whole note; unknown keys are
 * passed over, even where name or key hash (but not both) is a known one's.
 */
export async function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): Promise<Outcome<OpenedNote, NoteProblem>> {
  const parsed = parseNote(note)
  if (!parsed.ok) return parsed
  const { text, signatures } = parsed.value
  const verified: NoteSignature[] = []
  const unknown: NoteSignature[] = []
  for (const signature of signatures) {
    const verifier = findVerifier(signature, verifiers)
    if (verifier === undefined) {
      unknown.push(signature)
      continue
    }
    if (!(await verifier.verify(new TextEncoder().encode(text), signature.signature))) return refused('note-signature-invalid')
    verified.push(signature)
  }
  return verified.length === 0 ? refused('note-signature-unknown') : accepted({ text, verified, unknown })
}

/** Takes a note apart and checks its form only. */
export function parseNote(note: string | Uint8Array): Outcome<ParsedNote, NoteFormatProblem> {
  const message = typeof note === 'string' ? note : decodeUtf8(note)
  if (message === undefined || !isNoteEncoding(message)) return refused('note-encoding')
  const blankLine = message.lastIndexOf('\n\n')
  const lines = message.slice(blankLine + 2).split('\n')
  if (blankLine < 0 || lines.pop() !== '' || lines.length === 0) return refused('note-without-signatures')
  if (lines.length > MAX_SIGNATURES) return refused('note-too-many-signatures')
  const signatures = lines.map(parseSignatureLine)
  if (!signatures.every((signature) => signature !== undefined)) return refused('note-signature-malformed')
  return accepted({ text: message.slice(0, blankLine + 1), signatures })
}

/** `— <name> base64(key hash ‖ signature)` */
function parseSignatureLine(line: string): NoteSignature | undefined {
  const [name, base64, ...more] = line.slice(DASH.length).split(' ')
  if (!line.startsWith(DASH) || name === undefined || base64 === undefined || more.length > 0 || !isKeyName(name)) return undefined
  const bytes = fromBase64(base64)
  if (bytes === undefined || bytes.length <= KEY_HASH_BYTES) return undefined
  return { name, keyHash: new DataView(bytes.buffer).getUint32(0), signature: bytes.slice(KEY_HASH_BYTES) }
}

function signatureLine({ name, keyHash }: NoteSigner, signature: Uint8Array): string {
  if (!isKeyName(name)) throw new MerkleError('key-name', `${JSON.stringify(name)} is no key name`)
  const bytes = new Uint8Array(KEY_HASH_BYTES + signature.length)
  new DataView(bytes.buffer).setUint32(0, keyHash)
  bytes.set(signature, KEY_HASH_BYTES)
  return `${DASH}${name} ${toBase64(bytes)}\n`
}

function findVerifier({ name, keyHash }: NoteSignature, verifiers: readonly NoteVerifier[]): NoteVerifier | undefined {
  const [found, ...more] = verifiers.filter((verifier) => verifier.name === name && verifier.keyHash === keyHash)
  if (more.length > 0) throw new MerkleError('ambiguous-verifier', `two verifiers are called ${name} with the same key hash`)
  return found
}

/** Valid UTF-8 without control characters below U+0020 other than newline. */
function isNoteEncoding(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the rule of signed-note is about control characters
  return text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text)
}

/** A byte order mark is part of the text, so it is kept. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
