/** CPU of the log per record, all threads together: `node --conditions=brume-source sqliteEventLog.bench.ts [records per append]`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@brume/config'
import { ENTRIES, declaredTopics } from '../topics.ts'
import { SqliteEventLog } from './sqliteEventLog.ts'

const RECORDS = 200_000
const VALUE_BYTES = 612
const IN_FLIGHT = 8
const perAppend = Number(process.argv[2] ?? 100)

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'event-log-bench-'))
const log = await SqliteEventLog.open({ path: join(folder, 'log.db'), topics: declaredTopics(), clock: systemClock })
const value = crypto.getRandomValues(new Uint8Array(VALUE_BYTES))
const records = Array.from({ length: perAppend }, () => ({ key: '0199aaaa-0000-7000-8000-000000000001', value }))

async function measure(what: string, work: () => Promise<number>): Promise<void> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const done = await work()
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - start) / 1_000
  console.log(JSON.stringify({ what, perAppend, records: done, cpuMicrosPerRecord: (user + system) / done, recordsPerSecond: Math.round(done / seconds) }))
}

async function appendAll(): Promise<number> {
  let left = RECORDS / perAppend
  const one = async (): Promise<void> => {
    while (left-- > 0) await log.append(ENTRIES, 0, records)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  return RECORDS
}

async function readAll(): Promise<number> {
  let next = 0
  for (;;) {
    const batch = await log.readFrom(ENTRIES, 0, next, 1_000)
    if (batch.length === 0) return next
    next += batch.length
  }
}

await measure('append', appendAll)
await measure('read', readAll)
await log.close()
rmSync(folder, { recursive: true })
