import { EventLogUnavailable } from '../errors.ts'
import { withinLimit } from './withinLimit.ts'

interface Closable {
  disconnect(): Promise<void>
}

const DISCONNECT_LIMIT_MS = 2_000

/**
 * A connection that is made when it is used, and thrown away after any failure: the next use has a new one, with fresh metadata. kafkajs mends connections
 * by itself, but not always, and never within a limit.
 */
export class Connection<Client extends Closable> {
  private readonly connect: () => Promise<Client>
  private client: Promise<Client> | undefined
  private closed = false

  constructor(connect: () => Promise<Client>) {
    this.connect = connect
  }

  /** @throws what the work throws, LimitReached, EventLogUnavailable when closed */
  async use<T>(limitMs: number, what: string, work: (client: Client) => Promise<T>): Promise<T> {
    if (this.closed) throw new EventLogUnavailable('The event log is closed')
    const client = (this.client ??= this.connect())
    try {
      return await withinLimit(limitMs, what, client.then(work))
    } catch (error) {
      this.drop(client)
      throw error
    }
  }

  async close(): Promise<void> {
    this.closed = true
    const { client } = this
    this.client = undefined
    if (client !== undefined) await disconnect(client)
  }

  private drop(client: Promise<Client>): void {
    if (this.client === client) this.client = undefined
    void disconnect(client)
  }
}

/** Its end interests nobody: it was given up. */
async function disconnect(client: Promise<Closable>): Promise<void> {
  await withinLimit(DISCONNECT_LIMIT_MS, 'disconnect', client.then((one) => one.disconnect())).catch(() => undefined)
}
