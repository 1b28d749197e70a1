/**
 * One writer at a time within this process. SQLite has one write lock per file; a synchronous transaction on one connection that
 * met an open one on another connection of the same thread would wait for itself until `busy_timeout`.
 */
export class WriteLock {
  private tail: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.tail.then(work)
    this.tail = result.catch(() => undefined)
    return result
  }
}
