import { ENTRIES } from '@brume/event-log'
import pg from 'pg'
import { DATABASE, type CloudBenchSite } from '../site/cloudBenchSite.ts'

/**
 * How many records of `entries` the ledgers have worked off, from the offsets that they keep in their transactions. A look costs the database 0.1 ms, where
 * the size of a ledger by the public API costs the ledger ten times as much, which is what is measured.
 */
export class SequencedOffset implements AsyncDisposable {
  readonly #client: pg.Client

  private constructor(client: pg.Client) {
    this.#client = client
  }

  static async open({ cloud }: CloudBenchSite): Promise<SequencedOffset> {
    const client = new pg.Client({ connectionString: cloud.database.part.superuserUrl(DATABASE) })
    await client.connect()
    return new SequencedOffset(client)
  }

  async read(): Promise<number> {
    const { rows } = await this.#client.query<{ next: string | null }>('SELECT sum(next) AS next FROM ledger_log_offsets WHERE topic = $1', [ENTRIES])
    return Number(rows[0]?.next ?? 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end()
  }
}
