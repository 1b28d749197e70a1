/**
 * What an entry costs on PostgreSQL, and what a request's reads take: `npm run build && node services/ledger/dist/store/postgresql/append.bench.js
 * [entries per append] [appends] [bytes per envelope]`. CPU of this process and of the connection's server process, whose clock ticks every 10 ms.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ENTRIES } from '@brume/event-log'
import type { Append } from '../ledgerStore.ts'
import { appendOf, CHAIN, entryOf, sha256, withEntries } from '../contract/appends.fixture.ts'
import { LedgerDatabase } from './ledgerDatabase.fixture.ts'
import { PostgresLedgerReader } from './postgresLedgerReader.ts'
import { PostgresLedgerStore } from './postgresLedgerStore.ts'

const [perAppend = 500, appends = 200, envelopeBytes = 300] = process.argv.slice(2).map(Number)
const WARM_UP = 20
const DEVICES = 50
const READS = 500
const TICK_MICROS = 10_000

/** As the sequencer makes them: new readings of some devices, the tree's edge, its last tile of each level. */
function appendAt(first: number, epoch: number): Append {
  const entries = Array.from({ length: perAppend }, (_, i) => {
    const envelope = Buffer.from(randomBytes(envelopeBytes).toString('base64url').slice(0, envelopeBytes))
    return entryOf(CHAIN, first + i, { envelope, leafHash: sha256(envelope) })
  })
  const identities = entries.map(({ index }) => ({ deviceNo: 1 + (index % DEVICES), epoch: 0, seq: Math.floor(index / DEVICES), index }))
  const tiles = [0, 1].map((level) => ({ chainNo: CHAIN, level, index: first >> (8 * (level + 1)), hashes: randomBytes(4_096) }))
  return appendOf({ epoch, first, next: first + perAppend, ...withEntries(entries), identities, tiles })
}

function serverMicros(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number)
  return (user + system) * TICK_MICROS
}

function ownMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

async function measureReads(name: string, read: (n: number) => Promise<unknown>): Promise<void> {
  const tookMs: number[] = []
  for (let n = 0; n < READS; n++) {
    const startMs = performance.now()
    await read(n)
    tookMs.push(performance.now() - startMs)
  }
  tookMs.sort((a, b) => a - b)
  console.log(JSON.stringify({ read: name, p50Ms: Number(tookMs[READS / 2]?.toFixed(2)), p99Ms: Number(tookMs[Math.floor(READS * 0.99)]?.toFixed(2)) }))
}

await using database = await LedgerDatabase.start()
const pool = database.appendPool(1)
const store = new PostgresLedgerStore(pool)
const { epoch } = await store.take(ENTRIES, 0)
const batches = Array.from({ length: WARM_UP + appends }, (_, n) => appendAt(n * perAppend, epoch))
for (const batch of batches.slice(0, WARM_UP)) await store.append(batch)

const { rows: [backend] } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
const pid = Number(backend?.pid)
const before = { own: ownMicros(), server: serverMicros(pid), ms: performance.now() }
for (const batch of batches.slice(WARM_UP)) await store.append(batch)
const rows = appends * perAppend
const each = (micros: number): number => Number((micros / rows).toFixed(2))
const ms = performance.now() - before.ms
console.log(JSON.stringify({
  perAppend, envelopeBytes, rows, rowsPerSecond: Math.round((rows / ms) * 1_000), appendMs: Number((ms / appends).toFixed(2)),
  clientMicros: each(ownMicros() - before.own), serverMicros: each(serverMicros(pid) - before.server),
}))

await database.addChain(CHAIN, 'tenant', false)
const reader = new PostgresLedgerReader(database.ledgerOf('tenant'))
const leaves = batches.flatMap(({ entries }) => entries.map(({ leafHash }) => leafHash))
await measureReads('entryOfLeaf', (n) => reader.entryOfLeaf(CHAIN, leaves[(n * 7_919) % leaves.length] ?? Buffer.alloc(32)))
await measureReads('tile', (n) => reader.tile(CHAIN, 0, n % Math.ceil((appends * perAppend) / 256)))
await measureReads('256 entries', (n) => reader.entries(CHAIN, n * 100, n * 100 + 256))
await pool.end()
