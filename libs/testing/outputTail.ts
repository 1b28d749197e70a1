const LONGEST = 64 * 1_024

/** The end of what a process has written: enough to say why it failed, and bounded. */
export class OutputTail {
  #text = ''
  readonly #listeners = new Set<(text: string) => void>()

  add(text: string): void {
    this.#text = (this.#text + text).slice(-LONGEST)
    for (const listen of this.#listeners) listen(this.#text)
  }

  get text(): string {
    return this.#text
  }

  /** The first match, also of what was written before. Ends with `stop`. */
  watch(pattern: RegExp, found: (match: RegExpExecArray) => void): { stop(): void } {
    const listen = (text: string): void => {
      const match = pattern.exec(text)
      if (match === null) return
      this.#listeners.delete(listen)
      found(match)
    }
    this.#listeners.add(listen)
    listen(this.#text)
    return { stop: () => void this.#listeners.delete(listen) }
  }
}
