/** Work that has a name is done one at a time for each name, in the order in which it came. */
export class InTurn {
  private readonly tails = new Map<string, Promise<void>>()

  /** `work` handles its own failures. */
  take(name: string, work: () => Promise<void>): void {
    const tail = (this.tails.get(name) ?? Promise.resolve()).then(work)
    const settled = tail.catch(() => undefined)
    this.tails.set(name, settled)
    void settled.then(() => {
      if (this.tails.get(name) === settled) this.tails.delete(name)
    })
  }

  /** Nothing is under way, nor waits. */
  async idle(): Promise<void> {
    while (this.tails.size > 0) await Promise.all(this.tails.values())
  }
}
