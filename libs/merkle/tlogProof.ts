import { fromBase64, toBase64 } from './base64.ts'
import { openCheckpoint, type Checkpoint, type CheckpointProblem } from './checkpoint.ts'
import { fromDecimal } from './decimal.ts'
import { isHash, nobleSha256, requireHash, type Sha256 } from './hash.ts'
import { verifyInclusion } from './inclusion.ts'
import { MerkleError } from './merkleError.ts'
import { accepted, refused, type Outcome } from './outcome.ts'
import type { VerifierKey } from './verifierKey.ts'

/** A file that shows, offline, that a leaf is in a ledger: C2SP tlog-proof v1. File extension `.tlog-proof`. */
export interface TlogProof {
  /** Not authenticated by anything. Never empty: no data means no line. */
  readonly extra?: Uint8Array
  readonly index: number
  /** From the leaf's sibling up to the root's child. */
  readonly path: readonly Uint8Array[]
  /** The signed note, byte for byte. */
  readonly checkpoint: string
}

export type TlogProofFormatProblem = 'proof-header' | 'proof-extra' | 'proof-index' | 'proof-path' | 'proof-without-checkpoint'
export type TlogProofProblem = TlogProofFormatProblem | CheckpointProblem | 'proof-not-included'

const HEADER = 'c2sp.org/tlog-proof@v1'
const EXTRA = 'extra '
const INDEX = 'index '
/** Sizes are below 2^53, so no path is longer. */
const MAX_PATH_LENGTH = 53

export function formatTlogProof({ extra, index, path, checkpoint }: TlogProof): string {
  path.forEach(requireHash)
  if (fromDecimal(String(index)) === undefined) throw new MerkleError('out-of-range', `${index} is no leaf index`)
  const extraLine = extra === undefined || extra.length === 0 ? [] : [EXTRA + toBase64(extra)]
  return [HEADER, ...extraLine, INDEX + index, ...path.map(toBase64), '', checkpoint].join('\n')
}

/** Reads the form only. The checkpoint is not looked into: see `verifyTlogProof`. */
export function parseTlogProof(text: string): Outcome<TlogProof, TlogProofFormatProblem> {
  const blankLine = text.indexOf('\n\n')
  if (blankLine < 0 || blankLine + 2 === text.length) return refused('proof-without-checkpoint')
  const [header, ...lines] = text.slice(0, blankLine).split('\n')
  if (header !== HEADER) return refused('proof-header')
  const extra = lines[0]?.startsWith(EXTRA) ? fromBase64(lines.shift()?.slice(EXTRA.length) ?? '') : null
  if (extra === undefined || extra?.length === 0) return refused('proof-extra')
  const index = parseIndexLine(lines.shift())
  if (index === undefined) return refused('proof-index')
  const path = parsePath(lines)
  if (path === undefined) return refused('proof-path')
  return accepted({ ...(extra === null ? {} : { extra }), index, path, checkpoint: text.slice(blankLine + 2) })
}

export interface VerifiedTlogProof {
  readonly checkpoint: Checkpoint
  readonly index: number
}

/** Steps 2 and 4 of the spec: the key signed the checkpoint for its origin, and the leaf is in that tree. Witness policy is the caller's. */
export async function verifyTlogProof(text: string, leafHash: Uint8Array, key: VerifierKey, sha256: Sha256 = nobleSha256): Promise<Outcome<VerifiedTlogProof, TlogProofProblem>> {
  const parsed = parseTlogProof(text)
  if (!parsed.ok) return parsed
  const { index, path, checkpoint: note } = parsed.value
  const opened = await openCheckpoint(note, key)
  if (!opened.ok) return opened
  const checkpoint = opened.value
  const included = verifyInclusion({ leafHash, index, size: checkpoint.size, path, root: checkpoint.root }, sha256)
  return included ? accepted({ checkpoint, index }) : refused('proof-not-included')
}

function parseIndexLine(line: string | undefined): number | undefined {
  return line?.startsWith(INDEX) ? fromDecimal(line.slice(INDEX.length)) : undefined
}

function parsePath(lines: readonly string[]): Uint8Array[] | undefined {
  if (lines.length > MAX_PATH_LENGTH) return undefined
  const path = lines
    .map(fromBase64)
    .filter((hash) => hash !== undefined)
    .filter(isHash)
  return path.length === lines.length ? path : undefined
}
