/**
 * Something that the operator mends: a wrong setting, a missing file, a part that does not come up. The message is the one line that says what and
 * how; whoever starts a process prints it without a stack and ends with `exitCode` (see services/startFailure.ts). Everything else that ends a start is
 * a fault of the program and keeps its stack.
 */
export class OperatorError extends Error {
  override name = 'OperatorError'
  /** 2: the settings are wrong, and the same start fails again. 1: the surroundings are not as they must be. */
  readonly exitCode: 1 | 2 = 1
}
