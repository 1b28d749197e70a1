/** Bytes that may wait for the brokers, over all lanes together. */
export class QueueBudget {
  private readonly most: number
  private used = 0

  constructor(most: number) {
    this.most = most
  }

  /** False when so much is not free; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.most) return false
    this.used += bytes
    return true
  }

  give(bytes: number): void {
    this.used -= bytes
  }

  get waiting(): number {
    return this.used
  }
}
