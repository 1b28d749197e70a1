import { fromBase64, toBase64 } from './base64.ts'
import { fromDecimal } from './decimal.ts'
import { ed25519Verifier } from './ed25519.ts'
import { isHash, requireHash } from './hash.ts'
import { MerkleError } from './merkleError.ts'
import { openNote, signNote, type NoteProblem, type NoteSigner } from './note.ts'
import { accepted, refused, type Outcome } from './outcome.ts'
import type { VerifierKey } from './verifierKey.ts'

/** What a ledger commits to: C2SP tlog-checkpoint. */
export interface Checkpoint {
  readonly origin: string
  /** Number of leaves. */
  readonly size: number
  readonly root: Uint8Array
  /** Extension lines. Brume writes none: no monitor can audit them. */
  readonly extensions?: readonly string[]
}

export type CheckpointFormatProblem = 'checkpoint-malformed' | 'checkpoint-size' | 'checkpoint-root'
export type CheckpointProblem = NoteProblem | CheckpointFormatProblem | 'checkpoint-origin'

/** The text of the note: origin, size, root, each on its line. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  requireHash(root)
  if (fromDecimal(String(size)) === undefined) throw new MerkleError('out-of-range', `${size} is no tree size`)
  const lines = [origin, String(size), toBase64(root), ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n'))) throw new MerkleError('checkpoint-text', 'a line of a checkpoint is not empty and has no newline')
  return `${lines.join('\n')}\n`
}

/** Reads the text of a note. Says nothing of who signed it: see `openCheckpoint`. */
export function parseCheckpoint(text: string): Outcome<Checkpoint, CheckpointFormatProblem> {
  const [origin, sizeText, rootText, ...more] = text.split('\n')
  if (origin === undefined || sizeText === undefined || rootText === undefined || more.pop() !== '') return refused('checkpoint-malformed')
  if (origin === '' || more.includes('')) return refused('checkpoint-malformed')
  const size = fromDecimal(sizeText)
  if (size === undefined) return refused('checkpoint-size')
  const root = fromBase64(rootText)
  if (root === undefined || !isHash(root)) return refused('checkpoint-root')
  return accepted({ origin, size, root, extensions: more })
}

/** The signed note. The signer's name is the origin, so that whoever has the verifier key knows the origin. */
export async function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): Promise<string> {
  if (signer.name !== checkpoint.origin) throw new MerkleError('signer-not-origin', `${signer.name} does not sign for ${checkpoint.origin}`)
  return signNote(formatCheckpoint(checkpoint), [signer])
}

/** The checkpoint, if this key signed it and its origin is the key's name. Signatures of others (witnesses) are passed over. */
export async function openCheckpoint(note: string | Uint8Array, key: VerifierKey): Promise<Outcome<Checkpoint, CheckpointProblem>> {
  const opened = await openNote(note, [ed25519Verifier(key)])
  if (!opened.ok) return opened
  const parsed = parseCheckpoint(opened.value.text)
  return parsed.ok && parsed.value.origin !== key.name ? refused('checkpoint-origin') : parsed
}
