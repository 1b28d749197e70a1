import type { Account } from '../account/account.ts'
import type { Blindness } from '../account/sight.ts'
import type { Evidence, Fault } from '../fault.ts'

/** What one fault did. */
export interface Row {
  readonly fault: string
  readonly what: string
  /** Undefined: there was none, and the row has failed. */
  readonly evidence: Evidence | undefined
  /** Why it was not tried; nothing else counts then. */
  readonly skipped?: string
  /** What went wrong in the row itself, such as a part that did not come back. */
  readonly error?: string
  /** Longest time without any promise, ms. */
  readonly unavailableMs: number
  /** The same for the device that waited longest. */
  readonly longestPauseMs: number
  /** Readings of requests that got no 202, by what came instead; they were sent again. */
  readonly refused: Readonly<Record<string, number>>
  /** Longest time in which a ledger could not be read, in ms, and why. */
  readonly blind: Blindness
  readonly account: Account
  /** Answers that no correct device may get. */
  readonly wrong: readonly string[]
  readonly durationMs: number
}

/** Why a row has failed; empty when it has not. */
export function failuresOf({ evidence, skipped, error, unavailableMs, account, wrong }: Row, { mayBeLate, mostUnavailableMs = Infinity }: Pick<Fault, 'mayBeLate' | 'mostUnavailableMs'>): string[] {
  if (skipped !== undefined) return []
  return [
    error ?? [],
    evidence === undefined ? 'no evidence that the fault took effect' : [],
    ...(['lost', 'doubled', 'broken', 'reordered'] as const).map((name) => (account[name] > 0 ? `${account[name]} ${name}` : [])),
    account.late > 0 && !mayBeLate ? `${account.late} late although every part was up` : [],
    account.promised === 0 ? 'no reading was promised' : [],
    unavailableMs > mostUnavailableMs ? `${unavailableMs} ms without a promise, at most ${mostUnavailableMs} are right` : [],
    wrong.length > 0 ? `${wrong.length} wrong answers, the first: ${wrong[0]}` : [],
  ].flat()
}
