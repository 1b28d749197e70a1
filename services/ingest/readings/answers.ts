import { Problem } from '@brume/http'
import { ingestProblems } from '../problems.ts'
import type { Acceptance, Accepted } from './acceptance.ts'

/** @throws the problem of the one reading */
export function singleAnswer({ outcomes: [outcome], promises: [promise] }: Acceptance): object {
  if (outcome instanceof Problem) throw outcome
  if (outcome === undefined || promise === undefined) throw new Error('a reading was neither accepted nor refused')
  return { leafHash: outcome.leafHash, promise: promise.jws, acceptedAt: promise.acceptedAt, anchorBy: promise.anchorBy, chain: promise.chainId }
}

/**
 * JSON text, written by hand: leaf hashes and promises are base64url and dots, which need no escaping, and are most of it.
 *
 * @throws `no-reading-accepted`, or what kept the platform from taking them, when none was accepted
 */
export function batchAnswer({ outcomes, promises }: Acceptance): string {
  if (promises.length === 0) throw nothingAccepted(outcomes)
  const results = outcomes.map(resultText).join(',')
  return `{"results":[${results}],"promises":["${promises.map(({ jws }) => jws).join('","')}"]}`
}

function resultText(outcome: Accepted | Problem): string {
  if (outcome instanceof Problem) return JSON.stringify(resultOf(outcome))
  return `{"status":202,"leafHash":"${outcome.leafHash}","promise":${outcome.promise}}`
}

function resultOf(problem: Problem): object {
  return { status: problem.kind.status, problem: problem.body() }
}

/** Where a reading could have been taken at another time, the whole answer says so: the sender sends the same request again. */
function nothingAccepted(outcomes: readonly (Accepted | Problem)[]): Problem {
  const problems = outcomes.filter((outcome) => outcome instanceof Problem)
  const extensions = { results: problems.map(resultOf) }
  const ours = problems.find(({ kind }) => kind.status >= 500)
  if (ours === undefined) return ingestProblems.problem('no-reading-accepted', undefined, { extensions })
  return new Problem(ours.kind, ours.detail, { extensions: { ...ours.extensions, ...extensions }, headers: ours.headers, cause: ours.cause })
}
