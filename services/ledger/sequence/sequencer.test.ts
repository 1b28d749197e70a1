import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7Ids } from '@brume/config'
import { generateDeviceKey, makeBindingRequest, signControlEntry, signerFromPrivateJwk, signReading, type PrivateJwk, type PublicJwk, type Signer } from '@brume/envelope'
import { ENTRIES, type RecordBatch, type StoredRecord } from '@brume/event-log'
import { leafHash, MemoryTree } from '@brume/merkle'
import { openDatabase, type SqliteDatabase } from '@brume/prisma'
import { entryFlags } from '@brume/proof'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EpochLost, LogGap } from '../store/errors.ts'
import type { LedgerStore } from '../store/ledgerStore.ts'
import { SqliteLedgerStore } from '../store/sqlite/sqliteLedgerStore.ts'
import type { UnreadableRecord } from './parsedRecord.ts'
import { Sequencer, UnknownChain, type SequencedBatch } from './sequencer.ts'

const newId = uuidv7Ids()
const clock = { now: () => 1_700_000_000_000 }
const chain = { no: 1, id: newId(), tenantId: newId(), partition: 0 }

interface TestDevice {
  id: string
  publicJwk: PublicJwk
  signer: Signer
}

describe('sequencer', () => {
  let directory: string
  let database: SqliteDatabase
  let store: LedgerStore
  let sequencer: Sequencer
  let aside: UnreadableRecord[]
  let platform: Signer
  let device: TestDevice
  let offset: number
  let epoch: number

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'brume-sequencer-'))
    database = await openDatabase(`file:${directory}/brume.db`)
    const key = await generateDeviceKey('EdDSA')
    platform = await signerFromPrivateJwk(key.privateJwk as PrivateJwk, 'platform#1')
    device = await makeDevice('EdDSA')
    aside = []
    await open()
    offset = 0
  })

  afterEach(async () => {
    await database.close()
    rmSync(directory, { recursive: true })
  })

  async function open(): Promise<void> {
    store = new SqliteLedgerStore(database)
    sequencer = new Sequencer(store, async (id) => (id === chain.id ? chain : undefined), newId, clock)
    epoch = (await sequencer.takePartition(ENTRIES, 0)).epoch
    await sequencer.open(chain)
  }

  async function makeDevice(alg: 'EdDSA' | 'ES256'): Promise<TestDevice> {
    const id = newId()
    const { publicJwk, privateJwk } = await generateDeviceKey(alg)
    return { id, publicJwk, signer: await signerFromPrivateJwk(privateJwk, `${id}#1`) }
  }

  async function binding(of: TestDevice): Promise<Uint8Array> {
    const request = Buffer.from(await makeBindingRequest({ chain: chain.id, iat: 1, jwk: of.publicJwk }, of.signer)).toString()
    return signControlEntry({ chain: chain.id, iat: 1, jti: newId() }, { typ: 'brume-binding', device: of.id, keyNumber: 1, jwk: of.publicJwk, request }, platform)
  }

  function status(of: TestDevice, value: 'active' | 'suspended' | 'revoked'): Promise<Uint8Array> {
    return signControlEntry({ chain: chain.id, iat: 1, jti: newId() }, { typ: 'brume-device-status', device: of.id, status: value }, platform)
  }

  function reading(seq: number, payload = `${seq}`, by = device): Promise<Uint8Array> {
    return signReading({ chain: chain.id, seq, iat: 1, cty: 'text/plain' }, Buffer.from(payload), by.signer)
  }

  /** The sequencer looks at no signature: that is ingest's work. */
  function unsigned(seq: number): Uint8Array {
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'brume-reading', kid: `${device.id}#1`, chain: chain.id, seq, iat: 1 })).toString('base64url')
    return Buffer.from(`${header}.${Buffer.from(`${seq}`).toString('base64url')}.${'A'.repeat(86)}`)
  }

  function records(...values: Uint8Array[]): StoredRecord[] {
    return values.map((value) => ({ key: chain.id, value, offset: offset++, timeMs: 1_700_000_000_000 }))
  }

  function sequence(batch: RecordBatch, under = epoch): Promise<SequencedBatch> {
    return sequencer.sequence(batch, under, async (unreadable) => void aside.push(...unreadable))
  }

  function take(...values: Uint8Array[]): Promise<SequencedBatch> {
    return sequence({ topic: ENTRIES, partition: 0, records: records(...values) })
  }

  async function flags(): Promise<number[]> {
    return (await store.entries(chain.no, 0, 1_000)).map((entry) => entry.flags)
  }

  it('builds the tree that anyone rebuilds from the entries, over restarts and tile borders', async () => {
    const values = [await binding(device), ...(await Promise.all(Array.from({ length: 600 }, (_, seq) => reading(seq))))]
    await take(...values.slice(0, 100))
    await open()
    await take(...values.slice(100, 300))
    await open()
    await take(...values.slice(300))
    const rebuilt = new MemoryTree()
    for (const value of values) rebuilt.append(leafHash(value))
    expect(Buffer.from(sequencer.headOf(chain.id).root)).toEqual(Buffer.from(rebuilt.root()))
    expect(sequencer.headOf(chain.id).size).toBe(601)
    expect(await store.tile(chain.no, 0, 2)).toEqual(Buffer.from(rebuilt.readTile(0, 2, 601 - 512)))
    expect((await store.tile(chain.no, 1, 0))?.length).toBe(2 * 32)
  })

  it('finds every leaf by its hash, while it waits in memory, half way into the table, and after a restart', async () => {
    const value = await binding(device)
    await take(value)
    const values = Array.from({ length: 36_000 }, (_, seq) => unsigned(seq))
    const found = async (index: number): Promise<number | undefined> => (await store.entryOfLeaf(chain.no, leafHash(values[index] ?? value)))?.index
    for (let at = 0; at < values.length; at += 1_500) {
      await take(...values.slice(at, at + 1_500))
      if (at % 9_000 === 0) await open()
      for (const index of [0, at >> 1, at, at + 1_499]) expect(await found(index)).toBe(index + 1)
    }
    expect(database.sqlite.prepare('SELECT leaves_indexed FROM ledger_trees').get()).toEqual({ leaves_indexed: expect.any(Number) })
    expect(database.sqlite.prepare<[], { rows: number }>('SELECT count(*) AS rows FROM ledger_leaf_index').get()?.rows).toBeGreaterThan(10_000)
    expect((await take(values[5] ?? value, values[35_000] ?? value)).runs).toEqual([])
  }, 60_000)

  it('takes each record once, however often the log hands it out', async () => {
    const batch = { topic: ENTRIES, partition: 0, records: records(await binding(device), await reading(1)) }
    await sequence(batch)
    expect((await sequence(batch)).runs).toEqual([])
    const overlapping = { ...batch, records: [...batch.records, ...records(await reading(2))] }
    expect((await sequence(overlapping)).runs).toMatchObject([{ from: 2, to: 3 }])
  })

  it('gives the same reading sent twice one leaf', async () => {
    const value = await reading(1)
    await take(await binding(device), value)
    expect((await take(value)).runs).toEqual([])
    expect(await flags()).toEqual([0, 0])
  })

  it('knows which entry of its own each record has become, and that the same bytes again have become none', async () => {
    const [bound, one, two] = [await binding(device), await reading(1), await reading(2)]
    await take(bound, one)
    const { records: parsed, indexOf } = await take(one, two, await reading(3), Uint8Array.from(two))
    expect(parsed.map(indexOf)).toEqual([undefined, 2, 3, undefined])
  })

  it('keeps a second valid signature of the same input, flagged repeat, and that one once', async () => {
    const es256 = await makeDevice('ES256')
    const [one, two] = [await reading(1, 'x', es256), await reading(1, 'x', es256)]
    expect(Buffer.compare(one, two)).not.toBe(0)
    await take(await binding(es256), one, two)
    await take(two)
    expect(await flags()).toEqual([0, 0, entryFlags.repeat])
  })

  it('keeps what contradicts an earlier reading, flagged, and raises an event', async () => {
    const { runs } = await take(await binding(device), await reading(7, 'warm'), await reading(7, 'cold'))
    expect(await flags()).toEqual([0, 0, entryFlags.equivocation])
    expect(runs[0]?.equivocations).toEqual([{ index: 2, firstIndex: 1 }])
  })

  it('tells new, same and contradicting readings apart in any order of seq, within a batch and over a restart', async () => {
    const backlog = [await reading(9), await reading(3), await reading(6), await reading(3), await reading(3, 'other')]
    await take(await binding(device), ...backlog)
    expect(await flags()).toEqual([0, 0, 0, 0, entryFlags.equivocation])
    await open()
    await take(await reading(6), await reading(3, 'other'), await reading(4), await reading(9, 'other'), await reading(10))
    expect(await flags()).toEqual([0, 0, 0, 0, entryFlags.equivocation, 0, entryFlags.equivocation, 0])
  })

  it('counts seq anew in each epoch of a device', async () => {
    const again = await signReading({ chain: chain.id, seq: 5, epoch: 1, iat: 1 }, Buffer.from('5'), device.signer)
    await take(await binding(device), await reading(5), again, again)
    expect(await flags()).toEqual([0, 0, 0])
  })

  it('flags what came before the binding, in suspension, and after revocation, and refuses none of it', async () => {
    await take(await reading(1), await binding(device), await reading(2), await status(device, 'suspended'), await reading(3), await status(device, 'active'), await reading(4), await status(device, 'revoked'), await status(device, 'active'), await reading(5))
    expect(await flags()).toEqual([entryFlags.unbound, 0, 0, 0, entryFlags.suspended, 0, 0, 0, 0, entryFlags.revoked])
  })

  it('knows devices and their standing again after a restart', async () => {
    await take(await binding(device), await status(device, 'suspended'))
    await open()
    await take(await reading(1))
    expect(await flags()).toEqual([0, 0, entryFlags.suspended])
  })

  it('announces a binding in the transaction that makes it an entry', async () => {
    const value = await binding(device)
    await take(value)
    const [row] = await database.prisma.ledgerOutbox.findMany()
    expect(row?.topic).toBe('bindings')
    expect(JSON.parse(row?.value ?? '')).toMatchObject({ type: 'binding', v: 1, data: { chainId: chain.id, deviceId: device.id, index: 0, leafHash: Buffer.from(leafHash(value)).toString('base64url') } })
  })

  it('writes nothing under an epoch that another process has ended', async () => {
    const stale = epoch
    await take(await binding(device))
    await open()
    const batch = { topic: ENTRIES, partition: 0, records: records(await reading(1)) }
    await expect(sequence(batch, stale)).rejects.toThrow(EpochLost)
    expect(await flags()).toEqual([0])
  })

  it('stops at a gap in the log instead of skipping it', async () => {
    offset = 3
    const batch = { topic: ENTRIES, partition: 0, records: records(await reading(1)) }
    await expect(sequence(batch)).rejects.toThrow(LogGap)
  })

  it('stops at a chain that the database does not know', async () => {
    const foreign = await signReading({ chain: newId(), seq: 1, iat: 1 }, Buffer.from('x'), device.signer)
    await expect(take(foreign)).rejects.toThrow(UnknownChain)
  })

  it('sets aside a record that is no entry before it moves past it', async () => {
    const { unreadable, runs } = await take(await binding(device), Buffer.from('not an envelope'), await reading(1))
    expect(unreadable).toMatchObject([{ reason: expect.stringContaining('not-compact-jws') }])
    expect(runs).toMatchObject([{ from: 0, to: 2 }])
    expect(aside).toEqual(unreadable)
  })

  it('forgets what a failed transaction has done in memory', async () => {
    await take(await binding(device))
    const before = Buffer.from(sequencer.headOf(chain.id).root)
    database.sqlite.exec("CREATE TRIGGER full BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'full'); END")
    const again = records(await reading(1))
    await expect(sequence({ topic: ENTRIES, partition: 0, records: again })).rejects.toThrow('full')
    expect(Buffer.from(sequencer.headOf(chain.id).root)).toEqual(before)
    database.sqlite.exec('DROP TRIGGER full')
    expect((await sequence({ topic: ENTRIES, partition: 0, records: again })).runs).toMatchObject([{ from: 1, to: 2 }])
  })
})
