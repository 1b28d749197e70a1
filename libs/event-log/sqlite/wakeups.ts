/** Readers that have reached the end of their partition wait here until something is appended. */
export class Wakeups {
  private readonly waiting = new Map<string, Set<() => void>>()

  wait(topic: string, partition: number): Promise<void> {
    const name = nameOf(topic, partition)
    const here = this.waiting.get(name) ?? new Set()
    this.waiting.set(name, here)
    return new Promise((resolve) => here.add(resolve))
  }

  wake(topic: string, partition: number): void {
    this.release(nameOf(topic, partition))
  }

  wakeAll(): void {
    for (const name of this.waiting.keys()) this.release(name)
  }

  private release(name: string): void {
    const here = this.waiting.get(name)
    if (here === undefined) return
    this.waiting.delete(name)
    for (const resume of here) resume()
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
