import { parseEvents, type ControlData, type ControlTopic, type EventLog, type RecordBatch } from '@brume/event-log'

type Waiter<Data> = { readonly holds: (data: Data) => boolean; readonly resolve: (data: Data) => void }

/** A service's own view of a compacted topic: the newest state of each key, in memory. Fed by an `OnBatch` handler in table mode. */
export class TableView<Topic extends ControlTopic> {
  private readonly states = new Map<string, ControlData<Topic>>()
  private readonly waiters = new Map<string, Set<Waiter<ControlData<Topic>>>>()

  constructor(private readonly topic: Topic, private readonly log: EventLog) {}

  async apply(batch: RecordBatch): Promise<ControlData<Topic>[]> {
    const events = await parseEvents(this.log, this.topic, batch)
    for (const { key, data } of events) this.set(key, data)
    return events.map(({ data }) => data)
  }

  get(key: string): ControlData<Topic> | undefined {
    return this.states.get(key)
  }

  values(): IterableIterator<ControlData<Topic>> {
    return this.states.values()
  }

  get size(): number {
    return this.states.size
  }

  /** @returns the state of `key` once `holds` says yes, or undefined after `limitMs` */
  waitFor(key: string, holds: (data: ControlData<Topic>) => boolean, limitMs: number): Promise<ControlData<Topic> | undefined> {
    const now = this.states.get(key)
    if (now !== undefined && holds(now)) return Promise.resolve(now)
    return new Promise((resolve) => {
      const waiter = { holds, resolve: (data: ControlData<Topic>) => settle(data) }
      const timer = setTimeout(() => settle(undefined), limitMs)
      const settle = (data: ControlData<Topic> | undefined): void => {
        clearTimeout(timer)
        this.forget(key, waiter)
        resolve(data)
      }
      this.remember(key, waiter)
    })
  }

  private set(key: string, data: ControlData<Topic>): void {
    this.states.set(key, data)
    for (const waiter of [...(this.waiters.get(key) ?? [])]) if (waiter.holds(data)) waiter.resolve(data)
  }

  private remember(key: string, waiter: Waiter<ControlData<Topic>>): void {
    const waiting = this.waiters.get(key) ?? new Set()
    this.waiters.set(key, waiting.add(waiter))
  }

  private forget(key: string, waiter: Waiter<ControlData<Topic>>): void {
    const waiting = this.waiters.get(key)
    waiting?.delete(waiter)
    if (waiting?.size === 0) this.waiters.delete(key)
  }
}

/** The key under which a state of this topic stands, for look-ups. */
export function bindingKey(chainId: string, deviceId: string): string {
  return `${chainId}/${deviceId}`
}

