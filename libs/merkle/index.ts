export { EMPTY_ROOT, HASH_BYTES, leafHash, nobleSha256, nodeHash, sameHash, type Sha256 } from './hash.ts'
export { TreeEdge, type OnNode } from './treeEdge.ts'
export {
  entriesPath,
  parseTilePath,
  resourcePath,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tilesBetween,
  tilesOf,
  tileWidth,
  type Tile,
  type TilePathProblem,
  type TileResource,
} from './tiles.ts'
export { decodeEntryBundle, encodeEntryBundle, MAX_ENTRY_BYTES, type EntryBundleProblem } from './entryBundle.ts'
export { hashAt, readingOnce, type TileReader } from './tileReader.ts'
export { type TreeNode } from './subtree.ts'
export { MemoryTree } from './memoryTree.ts'
export { inclusionProof, rootFromInclusion, verifyInclusion, type InclusionClaim } from './inclusion.ts'
export { consistencyProof, verifyConsistency, type ConsistencyClaim } from './consistency.ts'
export { formatVerifierKey, isKeyName, parseVerifierKey, verifierKey, type VerifierKey, type VerifierKeyProblem } from './verifierKey.ts'
export {
  openNote,
  parseNote,
  signNote,
  type NoteFormatProblem,
  type NoteProblem,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  type OpenedNote,
  type ParsedNote,
} from './note.ts'
export { ed25519Signer, ed25519Verifier } from './ed25519.ts'
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
  type CheckpointFormatProblem,
  type CheckpointProblem,
} from './checkpoint.ts'
export {
  formatTlogProof,
  parseTlogProof,
  verifyTlogProof,
  type TlogProof,
  type TlogProofFormatProblem,
  type TlogProofProblem,
  type VerifiedTlogProof,
} from './tlogProof.ts'
export { MerkleError, type MerkleErrorCode } from './merkleError.ts'
export { type Outcome } from './outcome.ts'
