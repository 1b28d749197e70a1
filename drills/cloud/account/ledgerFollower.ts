import { pause } from '../../traffic.ts'
import { Sight } from './sight.ts'

/** One entry of a ledger, as its public API tells it. */
export interface SeenEntry {
  readonly leafHash: string
  readonly flags: readonly string[]
  readonly state: 'sequenced' | 'anchored'
}

/** Entries of one ledger from an index on, and whether there were more than fit on the page. */
export type ReadEntries = (from: number) => Promise<{ readonly entries: readonly SeenEntry[]; readonly more: boolean }>

const LOOK_EVERY_MS = 500

/** Reads a ledger from outside while it grows: what stands where, and when each entry was first seen anchored. */
export class LedgerFollower implements AsyncDisposable {
  readonly chain: string
  /** Where the ledger contradicted what it had said before: it may only grow. */
  readonly contradictions: string[] = []
  readonly #read: ReadEntries
  readonly #nowMs: () => number
  readonly #entries: { leafHash: string; flags: readonly string[]; anchoredAtMs: number | undefined }[] = []
  readonly #places = new Map<string, number[]>()
  /** All below are anchored. */
  #anchored = 0
  readonly sight = new Sight()
  readonly #stopped = new AbortController()
  #done: Promise<void> = Promise.resolve()

  constructor(chain: string, read: ReadEntries, nowMs: () => number = Date.now) {
    this.chain = chain
    this.#read = read
    this.#nowMs = nowMs
  }

  /** Looks again and again until it is stopped. A look that fails is made up for by the next. */
  follow(): this {
    this.#done = this.#lookUntilStopped()
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort()
    await this.#done
  }

  /** Everything from the first entry that was not anchored yet. */
  async look(): Promise<void> {
    for (let [from, more] = [this.#anchored, true]; more;) {
      const page = await this.#read(from)
      page.entries.forEach((entry, at) => this.#take(from + at, entry))
      from += page.entries.length
      more = page.more
    }
  }

  get size(): number {
    return this.#entries.length
  }

  /** Where the leaf stands; more than one place is a doubled reading. */
  placesOf(leafHash: string): readonly number[] {
    return this.#places.get(leafHash) ?? []
  }

  flagsAt(index: number): readonly string[] {
    return this.#entries[index]?.flags ?? []
  }

  /** Undefined while it is not. As late as half a second. */
  anchoredAtMs(index: number): number | undefined {
    return this.#entries[index]?.anchoredAtMs
  }

  async #lookUntilStopped(): Promise<void> {
    for (; !this.#stopped.signal.aborted; await pause(LOOK_EVERY_MS)) await this.look().then(() => this.sight.saw(), (error: unknown) => this.sight.failed(error))
  }

  #take(index: number, { leafHash, flags, state }: SeenEntry): void {
    const known = this.#entries[index]
    if (known === undefined) this.#add(index, leafHash, flags)
    else if (known.leafHash !== leafHash) this.contradictions.push(`chain ${this.chain}: entry ${index} was ${known.leafHash} and is ${leafHash}`)
    const entry = this.#entries[index]
    if (state !== 'anchored' || entry === undefined) return
    entry.anchoredAtMs ??= this.#nowMs()
    if (index === this.#anchored) this.#anchored++
  }

  #add(index: number, leafHash: string, flags: readonly string[]): void {
    this.#entries[index] = { leafHash, flags, anchoredAtMs: undefined }
    this.#places.set(leafHash, [...this.placesOf(leafHash), index])
  }
}
