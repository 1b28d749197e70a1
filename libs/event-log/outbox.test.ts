import Database from 'better-sqlite3'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { EventLog } from './eventLog.ts'
import { EventLogFull } from './errors.ts'
import type { OutboxRepository, OutboxRow } from './outbox.ts'
import { OutboxPublisher } from './outbox.ts'
import { openTestLog, textOf } from './sqlite/logFile.fixture.ts'
import { CHAINS, DEVICES, KEYS } from './topics.ts'

const limit = { timeout: 10_000, interval: 2 }

class OutboxTable implements OutboxRepository {
  private readonly db = new Database(':memory:')
  forgotten = 0
  othersPublish = 0
  lost = false

  constructor() {
    this.db.exec('CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT, key TEXT, value TEXT)')
  }

  write(topic: string, key: string, value: string): void {
    this.db.prepare('INSERT INTO outbox (topic, key, value) VALUES (?,?,?)').run(topic, key, value)
  }

  async next(limitRows: number): Promise<OutboxRow[]> {
    return this.db.prepare<[number], OutboxRow>('SELECT * FROM outbox ORDER BY id LIMIT ?').all(limitRows)
  }

  async publishNext(limitRows: number, publish: (rows: OutboxRow[], stillAlone: () => Promise<void>) => Promise<void>): Promise<number | undefined> {
    if (this.othersPublish-- > 0) return undefined
    const rows = await this.next(limitRows)
    if (rows.length === 0) return 0
    await publish(rows, async () => {
      if (this.lost) throw new Error('another process may publish')
    })
    await this.forget(rows)
    return rows.length
  }

  async forget(rows: OutboxRow[]): Promise<void> {
    this.forgotten += rows.length
    for (const { id } of rows) this.db.prepare('DELETE FROM outbox WHERE id = ?').run(id)
  }
}

async function start(decorate: (log: EventLog) => EventLog = (log) => log) {
  const log = await openTestLog()
  const table = new OutboxTable()
  const errors: unknown[] = []
  const publisher = new OutboxPublisher({ log: decorate(log), repository: table, onError: (error) => errors.push(error), retry: { firstMs: 1, mostMs: 5 } })
  onTestFinished(() => publisher.close())
  const published = async (topic: string): Promise<string[]> => (await log.readFrom(topic, 0, 0, 10_000)).map((record) => `${record.key}=${textOf(record)}`)
  return { log, table, errors, publisher, published }
}

/** The real log, whose next appends are noted and may be refused. */
function appendingThrough(log: EventLog, before: (topic: string) => void): EventLog {
  return { ...methodsOf(log), append: async (topic, partition, records) => {
    before(topic)
    return log.append(topic, partition, records)
  } }
}

function methodsOf(log: EventLog): EventLog {
  return { append: log.append.bind(log), consume: log.consume.bind(log), table: log.table.bind(log), end: log.end.bind(log), readFrom: log.readFrom.bind(log), check: log.check.bind(log), identity: log.identity.bind(log), close: log.close.bind(log) }
}

it('publishes what the transactions left, in their order across topics, and forgets it', async () => {
  const order: string[] = []
  const { table, publisher, published } = await start((log) => appendingThrough(log, (topic) => order.push(topic)))
  table.write(DEVICES, 'a', '1')
  table.write(DEVICES, 'b', '2')
  table.write(CHAINS, 'c', '3')
  table.write(DEVICES, 'a', '4')
  publisher.wake()
  await vi.waitFor(async () => expect(await table.next(1)).toEqual([]), limit)
  expect(order).toEqual([DEVICES, CHAINS, DEVICES])
  expect(await published(DEVICES)).toEqual(['b=2', 'a=4'])
  expect(await published(CHAINS)).toEqual(['c=3'])
})

it('publishes more than one page, and what is written while it works', async () => {
  const { table, publisher, published } = await start()
  for (let i = 0; i < 500; i++) table.write(KEYS, `k${i}`, String(i))
  publisher.wake()
  table.write(KEYS, 'late', 'x')
  publisher.wake()
  await vi.waitFor(async () => expect(await published(KEYS)).toHaveLength(501), limit)
  await vi.waitFor(() => expect(table.forgotten).toBe(501), limit)
})

it('tries again until the log takes it, tells each time, and forgets nothing before', async () => {
  let refusals = 4
  const { table, errors, publisher, published } = await start((log) => appendingThrough(log, () => {
    if (refusals-- > 0) throw new EventLogFull('full')
  }))
  table.write(DEVICES, 'a', '1')
  publisher.wake()
  await vi.waitFor(async () => expect(await published(DEVICES)).toEqual(['a=1']), limit)
  expect(errors.map(String)).toEqual(Array.from({ length: 4 }, () => 'EventLogFull: full'))
})

it('keeps the last value of a key the last when a crash makes it publish again', async () => {
  const { table, publisher, published } = await start()
  const mark = vi.spyOn(table, 'forget').mockRejectedValueOnce(new Error('killed here'))
  table.write(DEVICES, 'a', 'old')
  table.write(DEVICES, 'a', 'new')
  publisher.wake()
  await vi.waitFor(async () => expect(await table.next(1)).toEqual([]), limit)
  expect(mark).toHaveBeenCalledTimes(2)
  expect(await published(DEVICES)).toEqual(['a=new'])
})

it('looks again while another process publishes, until there is nothing left', async () => {
  const { table, errors, publisher, published } = await start()
  table.othersPublish = 3
  table.write(DEVICES, 'a', '1')
  publisher.wake()
  await vi.waitFor(async () => expect(await table.next(1)).toEqual([]), limit)
  expect(await published(DEVICES)).toEqual(['a=1'])
  expect(errors).toEqual([])
})

it('appends nothing once another process may publish', async () => {
  const { table, errors, publisher, published } = await start()
  table.lost = true
  table.write(DEVICES, 'a', '1')
  publisher.wake()
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1), limit)
  expect(await published(DEVICES)).toEqual([])
  expect(await table.next(10)).toHaveLength(1)
})

it('leaves the rest for the next start when it is closed', async () => {
  const { table, publisher, published } = await start()
  table.write(DEVICES, 'a', '1')
  await publisher.close()
  publisher.wake()
  expect(await published(DEVICES)).toEqual([])
  expect(await table.next(10)).toHaveLength(1)
})
