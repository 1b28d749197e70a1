import type { StoredLetter } from '@brume/event-log'

export interface LetterBounds {
  readonly mostOpen: number
  readonly mostClosed: number
}

/**
 * Letters by their id, at most so many. Of open ones the first to come are kept, as in a queue that is worked off from its front; of closed
 * ones the last.
 */
export class BoundedLetters {
  private readonly open = new Map<string, StoredLetter>()
  private readonly closed = new Map<string, StoredLetter>()
  /** Open letters came for which there was no room. */
  overflowed = false

  constructor(private readonly bounds: LetterBounds) {}

  set(letter: StoredLetter): void {
    if (letter.state === 'open') this.setOpen(letter)
    else this.setClosed(letter)
  }

  get(id: string): StoredLetter | undefined {
    return this.open.get(id) ?? this.closed.get(id)
  }

  all(): StoredLetter[] {
    return [...this.open.values(), ...this.closed.values()]
  }

  get openCount(): number {
    return this.open.size
  }

  /** A letter that is written again, as a table that is read again at a start does, keeps its place. */
  private setOpen(letter: StoredLetter): void {
    this.closed.delete(letter.id)
    if (this.open.has(letter.id) || this.open.size < this.bounds.mostOpen) this.open.set(letter.id, letter)
    else this.overflowed = true
  }

  private setClosed(letter: StoredLetter): void {
    this.open.delete(letter.id)
    this.closed.delete(letter.id)
    this.closed.set(letter.id, letter)
    const [oldest] = this.closed.keys()
    if (this.closed.size > this.bounds.mostClosed && oldest !== undefined) this.closed.delete(oldest)
  }
}
