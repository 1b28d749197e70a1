import { OperatorError } from '@brume/config'

export interface StartFailure {
  readonly text: unknown
  readonly exitCode: number
}

/** What the operating system refuses, and what mends it. */
const bySystemCode: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there: end it, or choose another --port',
  EADDRNOTAVAIL: 'this machine does not have that address: choose another --host',
  EACCES: 'this user may not: change the owner or the rights, or choose another --data or --port',
  EPERM: 'this user may not: change the owner or the rights, or choose another --data',
  EROFS: 'the file system is read-only: choose another --data',
  ENOSPC: 'the disk is full: make room',
  ENOTDIR: 'a part of the path is not a folder: choose another --data',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
}

/**
 * The one rule for what an operator is shown when a start fails: what he can mend is one line, an {@link OperatorError} or a refusal of the system; all
 * else is a fault of the program and keeps its stack.
 */
export function startFailure(error: unknown): StartFailure {
  if (error instanceof OperatorError) return { text: error.message, exitCode: error.exitCode }
  const mend = error instanceof Error && 'syscall' in error && 'code' in error ? bySystemCode[String(error.code)] : undefined
  if (error instanceof Error && mend !== undefined) return { text: `Brume cannot start: ${error.message}: ${mend}`, exitCode: 1 }
  return { text: error, exitCode: 1 }
}
