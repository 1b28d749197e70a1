/** A reading that was acknowledged: from here on it must be in the ledger, and anchored by then. */
export interface Promised {
  readonly chain: string
  readonly device: string
  readonly seq: number
  /** base64url. */
  readonly leafHash: string
  /** Of the promise that covers it; one may cover a whole request. */
  readonly promise: number
  readonly anchorByMs: number
}

/** Everything that was acknowledged or refused, in the order of the answers. Bounded by the rate of the devices and the length of the drill. */
export class PromiseBook {
  readonly promised: Promised[] = []
  /** Answers that a correct device must never get, whatever happens to the platform. */
  readonly wrong: string[] = []
  /** Readings whose request was not answered with 202, by what came instead. */
  readonly #refused = new Map<string, number>()
  #promises = 0

  /** The number of a promise that has just been given. */
  nextPromise(): number {
    return this.#promises++
  }

  refuse(why: string, readings: number): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + readings)
  }

  get refused(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refused)
  }
}

/** What `after` has more than `before`. */
export function refusedSince(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  const more = Object.entries(after).map(([why, count]) => [why, count - (before[why] ?? 0)] as const)
  return Object.fromEntries(more.filter(([, count]) => count > 0))
}
