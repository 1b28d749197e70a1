import type { EnvelopeRefusal } from '@brume/envelope'
import { problemOf, commonProblems, type Problem } from '@brume/http'
import { ingestProblems } from '../problems.ts'
import { VerifyBusy, VerifyInterrupted } from '../verify/verifyPool.ts'

/** Each kind that a client would handle differently has its own problem; the rest is one, with the rule as `refusal`. */
export function envelopeProblem({ code, detail }: EnvelopeRefusal): Problem {
  if (code === 'too-large') return ingestProblems.problem('envelope-too-large', sentence(detail))
  if (code === 'non-canonical-base64url') return ingestProblems.problem(code, sentence(detail))
  return ingestProblems.problem('malformed-envelope', sentence(detail), { extensions: { refusal: code } })
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** What failed on our side, as the sender hears it. What nobody foresaw stays an internal error. */
export function failureProblem(error: unknown): Problem {
  const headers = { 'retry-after': '1' }
  if (error instanceof VerifyBusy) return commonProblems.problem('overloaded', undefined, { cause: error, headers })
  if (error instanceof VerifyInterrupted) return ingestProblems.problem('verification-interrupted', undefined, { cause: error, headers })
  return problemOf(error)
}
