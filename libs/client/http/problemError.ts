/** RFC 9457. `type` is a path that the service explains when it is asked. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly [extension: string]: unknown
}

/** The service refused. Programs decide by `code` or `status`; `message` is for people. */
export class ProblemError extends Error {
  readonly problem: ProblemDocument
  readonly status: number
  /** Last part of the problem's type, such as `chain-not-found`. */
  readonly code: string
  /** From `Retry-After`, ms. */
  readonly retryAfterMs: number | undefined

  constructor(problem: ProblemDocument, retryAfterMs?: number) {
    super(`${problem.status} ${problem.title}${problem.detail === undefined ? '' : `: ${problem.detail}`}`)
    this.name = 'ProblemError'
    this.problem = problem
    this.status = problem.status
    this.code = codeOf(problem)
    this.retryAfterMs = retryAfterMs
  }
}

export function codeOf({ type }: { readonly type: string }): string {
  return type.slice(type.lastIndexOf('/') + 1)
}

/** What came was not what the API promises: another server, or a proxy's page. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError'
}

/** A wait reached its limit. */
export class WaitLimitError extends Error {
  override readonly name = 'WaitLimitError'
}
