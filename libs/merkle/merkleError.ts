/** Stable codes of what is thrown: a mistake of the caller, or storage that does not hold what it must. */
export type MerkleErrorCode =
  | 'hash-length'
  | 'out-of-range'
  | 'edge-corrupt'
  | 'tile-corrupt'
  | 'entry-too-long'
  | 'bundle-width'
  | 'key-name'
  | 'key-length'
  | 'note-text'
  | 'no-signer'
  | 'ambiguous-verifier'
  | 'checkpoint-text'
  | 'signer-not-origin'

export class MerkleError extends Error {
  override readonly name = 'MerkleError'
  readonly code: MerkleErrorCode

  constructor(code: MerkleErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
