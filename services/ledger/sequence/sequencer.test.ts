import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7Ids } from '@brume/config'
import { generateDeviceKey, makeBindingRequest, signControlEntry, signerFromPrivateJwk, signReading, type PrivateJwk, type PublicJwk, type Signer } from '@brume/envelope'
import { ENTRIES, type StoredRecord } from '@brume/event-log'
import { leafHash, MemoryTree } from '@brume/merkle'
import { openDatabase, type Database } from '@brume/prisma'
import { entryFlags } from '@brume/proof'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EpochLost, LogGap } from './logOffsets.ts'
import { Sequencer, UnknownChain } from './sequencer.ts'

const newId = uuidv7Ids()
const clock = { now: () => 1_700_000_000_000 }
const chain = { no: 1, id: newId(), tenantId: newId() }

interface TestDevice {
  id: string
  publicJwk: PublicJwk
  signer: Signer
}

describe('sequencer', () => {
  let directory: string
  let database: Database
  let sequencer: Sequencer
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
    open()
    offset = 0
  })

  afterEach(async () => {
    await database.close()
    rmSync(directory, { recursive: true })
  })

  function open(): void {
    sequencer = new Sequencer(database.sqlite, (id) => (id === chain.id ? chain : undefined), newId, clock)
    epoch = sequencer.offsets.take(ENTRIES, 0).epoch
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

  function take(...values: Uint8Array[]) {
    return sequencer.sequence({ topic: ENTRIES, partition: 0, records: records(...values) }, epoch)
  }

  function flags(): number[] {
    return sequencer.statements.entries(chain.no, 0, 1_000).map((entry) => entry.flags)
  }

  it('builds the tree that anyone rebuilds from the entries, over restarts and tile borders', async () => {
    const values = [await binding(device), ...(await Promise.all(Array.from({ length: 600 }, (_, seq) => reading(seq))))]
    take(...values.slice(0, 100))
    open()
    take(...values.slice(100, 300))
    open()
    take(...values.slice(300))
    const rebuilt = new MemoryTree()
    for (const value of values) rebuilt.append(leafHash(value))
    expect(Buffer.from(sequencer.edgeOf(chain).root())).toEqual(Buffer.from(rebuilt.root()))
    expect(sequencer.edgeOf(chain).size).toBe(601)
    expect(sequencer.statements.tile(chain.no, 0, 2)).toEqual(Buffer.from(rebuilt.readTile(0, 2, 601 - 512)))
    expect(sequencer.statements.tile(chain.no, 1, 0)?.length).toBe(2 * 32)
  })

  it('finds every leaf by its hash, while it waits in memory, half way into the table, and after a restart', async () => {
    const value = await binding(device)
    take(value)
    const values = Array.from({ length: 36_000 }, (_, seq) => unsigned(seq))
    const found = (index: number): number | undefined => sequencer.entryOfLeaf(chain, leafHash(values[index] ?? value))?.index
    for (let at = 0; at < values.length; at += 1_500) {
      take(...values.slice(at, at + 1_500))
      if (at % 9_000 === 0) open()
      for (const index of [0, at >> 1, at, at + 1_499]) expect(found(index)).toBe(index + 1)
    }
    expect(database.sqlite.prepare('SELECT leaves_indexed FROM ledger_trees').get()).toEqual({ leaves_indexed: expect.any(Number) })
    expect(database.sqlite.prepare<[], { rows: number }>('SELECT count(*) AS rows FROM ledger_leaf_index').get()?.rows).toBeGreaterThan(10_000)
    expect(take(values[5] ?? value, values[35_000] ?? value).runs).toEqual([])
  }, 60_000)

  it('takes each record once, however often the log hands it out', async () => {
    const batch = { topic: ENTRIES, partition: 0, records: records(await binding(device), await reading(1)) }
    sequencer.sequence(batch, epoch)
    expect(sequencer.sequence(batch, epoch).runs).toEqual([])
    const overlapping = { ...batch, records: [...batch.records, ...records(await reading(2))] }
    expect(sequencer.sequence(overlapping, epoch).runs).toMatchObject([{ from: 2, to: 3 }])
  })

  it('gives the same reading sent twice one leaf', async () => {
    const value = await reading(1)
    take(await binding(device), value)
    expect(take(value).runs).toEqual([])
    expect(flags()).toEqual([0, 0])
  })

  it('keeps a second valid signature of the same input, flagged repeat, and that one once', async () => {
    const es256 = await makeDevice('ES256')
    const [one, two] = [await reading(1, 'x', es256), await reading(1, 'x', es256)]
    expect(Buffer.compare(one, two)).not.toBe(0)
    take(await binding(es256), one, two)
    take(two)
    expect(flags()).toEqual([0, 0, entryFlags.repeat])
  })

  it('keeps what contradicts an earlier reading, flagged, and raises an event', async () => {
    const { runs } = take(await binding(device), await reading(7, 'warm'), await reading(7, 'cold'))
    expect(flags()).toEqual([0, 0, entryFlags.equivocation])
    expect(runs[0]?.equivocations).toEqual([{ index: 2, firstIndex: 1 }])
  })

  it('flags what came before the binding, in suspension, and after revocation, and refuses none of it', async () => {
    take(await reading(1), await binding(device), await reading(2), await status(device, 'suspended'), await reading(3), await status(device, 'active'), await reading(4), await status(device, 'revoked'), await status(device, 'active'), await reading(5))
    expect(flags()).toEqual([entryFlags.unbound, 0, 0, 0, entryFlags.suspended, 0, 0, 0, 0, entryFlags.revoked])
  })

  it('knows devices and their standing again after a restart', async () => {
    take(await binding(device), await status(device, 'suspended'))
    open()
    take(await reading(1))
    expect(flags()).toEqual([0, 0, entryFlags.suspended])
  })

  it('announces a binding in the transaction that makes it an entry', async () => {
    const value = await binding(device)
    take(value)
    const [row] = await database.prisma.ledgerOutbox.findMany()
    expect(row?.topic).toBe('bindings')
    expect(JSON.parse(row?.value ?? '')).toMatchObject({ type: 'binding', v: 1, data: { chainId: chain.id, deviceId: device.id, index: 0, leafHash: Buffer.from(leafHash(value)).toString('base64url') } })
  })

  it('writes nothing under an epoch that another process has ended', async () => {
    const stale = epoch
    take(await binding(device))
    open()
    const batch = { topic: ENTRIES, partition: 0, records: records(await reading(1)) }
    expect(() => sequencer.sequence(batch, stale)).toThrow(EpochLost)
    expect(flags()).toEqual([0])
  })

  it('stops at a gap in the log instead of skipping it', async () => {
    offset = 3
    const batch = { topic: ENTRIES, partition: 0, records: records(await reading(1)) }
    expect(() => sequencer.sequence(batch, epoch)).toThrow(LogGap)
  })

  it('stops at a chain that the database does not know', async () => {
    const foreign = await signReading({ chain: newId(), seq: 1, iat: 1 }, Buffer.from('x'), device.signer)
    expect(() => take(foreign)).toThrow(UnknownChain)
  })

  it('passes over a record that is no entry, and says so', async () => {
    const { unreadable, runs } = take(await binding(device), Buffer.from('not an envelope'), await reading(1))
    expect(unreadable).toMatchObject([{ reason: expect.stringContaining('not-compact-jws') }])
    expect(runs).toMatchObject([{ from: 0, to: 2 }])
  })

  it('forgets what a failed transaction has done in memory', async () => {
    take(await binding(device))
    const before = Buffer.from(sequencer.edgeOf(chain).root())
    database.sqlite.exec("CREATE TRIGGER full BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'full'); END")
    const again = records(await reading(1))
    expect(() => sequencer.sequence({ topic: ENTRIES, partition: 0, records: again }, epoch)).toThrow('full')
    expect(Buffer.from(sequencer.edgeOf(chain).root())).toEqual(before)
    database.sqlite.exec('DROP TRIGGER full')
    expect(sequencer.sequence({ topic: ENTRIES, partition: 0, records: again }, epoch).runs).toMatchObject([{ from: 1, to: 2 }])
  })
})
