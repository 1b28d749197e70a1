/** What could not be read. The code is stable; the message says where. */
export type MalformedCode = 'hex' | 'rlp' | 'block' | 'header' | 'receipt'

/**
 * Thrown by everything that decodes, because a malformed block or receipt is no answer that a caller waits for. What a
 * reader of proofs does wait for (a wrong node, another event) is returned as a typed refusal instead.
 */
export class MalformedError extends Error {
  override readonly name = 'MalformedError'
  readonly code: MalformedCode

  constructor(code: MalformedCode, message: string) {
    super(message)
    this.code = code
  }
}
