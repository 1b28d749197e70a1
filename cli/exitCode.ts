export const exitCode = {
  good: 0,
  /** The input was understood and is wrong. */
  refused: 1,
  /** Nothing could be judged: bad arguments, a malformed file, a server that does not answer. */
  unusable: 2,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Ends a command with `exitCode.unusable`; the message is for a person. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError'
}
