import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlEvent, DEAD_LETTERS, DEVICES, ENTRIES, writeDeadLetters, type StoredRecord } from '@brume/event-log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, newId, TestLedger, type TestDevice } from '../ledger.fixture.ts'

const OPERATOR = 'o'.repeat(32)
const dataDir = mkdtempSync(join(tmpdir(), 'brume-dead-letters-'))
let ledger: TestLedger
let chain: { id: string; partition: number }
let device: TestDevice
let seq = 0

beforeAll(async () => {
  ledger = await TestLedger.start(dataDir)
  const { body } = await ledger.request('POST', '/v1/chains', { name: 'with letters', public: true })
  await eventually(async () => ((await ledger.request('GET', `/v1/chains/${body.id}`)).body.state === 'ready' ? true : undefined))
  chain = { id: body.id, partition: await ledger.partitionOf(body.id) }
  device = await ledger.device()
  expect((await bind(device)).status).toBe(201)
})

afterAll(async () => {
  await ledger.stop()
  rmSync(dataDir, { recursive: true })
})

/** Once the ledger has heard of the device. */
const bind = (other: TestDevice) => eventually(async () => {
  const answer = await ledger.request('PUT', `/v1/chains/${chain.id}/devices/${other.state.id}`, { request: await ledger.bindingRequest(other, chain.id) })
  return answer.status === 404 ? undefined : answer
})

const operator = (method: 'GET' | 'POST', path = '') => ledger.request(method, `/v1/dead-letters${path}`, undefined, OPERATOR)
const replay = (id: string) => operator('POST', `/${id}/replay`)
const listed = (id: string) => eventually(async () => (await operator('GET', '?limit=1000')).body.items.find((letter: { id: string }) => letter.id === id))
const inLedger = (leaf: string | undefined) => eventually(async () => ((await ledger.request('GET', `/v1/chains/${chain.id}/readings/${leaf}`)).status === 200 ? true : undefined))
const reading = () => ledger.reading(device, chain.id, seq++)
const recordAt = async (topic: string, partition: number, offset: number): Promise<StoredRecord | undefined> => (await ledger.eventLog.readFrom(topic, partition, offset, 1))[0]

async function poison(topic: string, partition: number, key: string, value = Buffer.from('{"type":')): Promise<string> {
  const { firstOffset } = await ledger.eventLog.append(topic, partition, [{ key, value, headers: { traceparent: '00-1-2-01' } }])
  return `${topic}.${partition}.${firstOffset}`
}

/** A letter as a consumer of an older version left it: nothing is wrong with the value. */
async function letterOfOldConsumer(topic: string, partition: number, record: Pick<StoredRecord, 'key' | 'value'>, offset = 1_000_000 + seq++): Promise<string> {
  const headers = { traceparent: '00-3-4-01' }
  await writeDeadLetters(ledger.eventLog, [{ topic, partition, record: { ...record, headers, offset, timeMs: Date.now() }, reason: 'version 9 is not known here' }])
  await listed(`${topic}.${partition}.${offset}`)
  return `${topic}.${partition}.${offset}`
}

describe('a message that does not parse', () => {
  it('among entries is a letter with reason and origin, and the partition goes on', async () => {
    const id = await poison(ENTRIES, chain.partition, chain.id)
    const [leaf] = await ledger.accept(chain, [await reading()])
    await inLedger(leaf)
    expect(await listed(id)).toEqual({
      id, topic: ENTRIES, partition: chain.partition, offset: Number(id.split('.')[2]), key: chain.id, reason: expect.stringMatching(/\w/), time: expect.stringMatching(/Z$/), bytes: 8, state: 'open', replayedAs: null,
    })
  })

  it('among devices is one letter, though two consumers read it, and the partition goes on', async () => {
    const id = await poison(DEVICES, 0, newId())
    expect((await bind(await ledger.device())).status).toBe(201)
    expect(await listed(id)).toMatchObject({ topic: DEVICES, reason: expect.stringContaining('not JSON'), state: 'open' })
    expect((await operator('GET', '?limit=1000')).body.items.filter((letter: { id: string }) => letter.id === id)).toHaveLength(1)
  })

  it('is shown with its bytes', async () => {
    const id = await poison(ENTRIES, chain.partition, chain.id, Buffer.from([0, 255, 10]))
    await listed(id)
    expect((await operator('GET', `/${id}`)).body).toMatchObject({ id, bytes: 3, value: 'AP8K' })
  })
})

describe('a replay', () => {
  it('of what parses now brings the reading into the ledger, with its own headers and the letter that it came from', async () => {
    const value = await reading()
    const id = await letterOfOldConsumer(ENTRIES, chain.partition, { key: chain.id, value })
    const { status, body } = await replay(id)
    expect([status, body]).toMatchObject([200, { id, state: 'replayed', replayedAs: expect.stringMatching(/^entries\.\d+\.\d+$/) }])
    const again = await recordAt(ENTRIES, chain.partition, Number(body.replayedAs.split('.')[2]))
    expect(again).toMatchObject({ key: chain.id, headers: { traceparent: '00-3-4-01', 'replay-of': id.replaceAll('.', '/') } })
    expect(Buffer.from(again?.value ?? []).equals(value)).toBe(true)
    await eventually(async () => {
      const { body: entries } = await ledger.request('GET', `/v1/chains/${chain.id}/readings?limit=1000`)
      return entries.items.find(({ envelope }: { envelope: string }) => envelope === Buffer.from(value).toString())
    })
    expect((await listed(id)).state).toBe('replayed')
  })

  it('of a device brings the device', async () => {
    const { state, ...keys } = await ledger.device()
    const unheard = { ...state, id: newId() }
    const event = controlEvent(DEVICES, unheard, { id: newId(), time: new Date().toISOString() })
    const id = await letterOfOldConsumer(DEVICES, 0, { key: event.key, value: Buffer.from(event.value) }, (await ledger.eventLog.end(DEVICES, 0)) - 1)
    expect((await replay(id)).body.state).toBe('replayed')
    // Bound only by who is known; the signature is that of another device, which is all that is wrong.
    expect((await bind({ ...keys, state: unheard })).body.type).toBe('/problems/binding-request-refused')
  })

  it('of what still does not parse leaves a new letter under its new offset, and closes the old one', async () => {
    const id = await poison(ENTRIES, chain.partition, chain.id)
    await listed(id)
    const { body: { replayedAs } } = await replay(id)
    expect(await listed(replayedAs)).toMatchObject({ state: 'open', bytes: 8 })
    expect((await listed(id)).state).toBe('replayed')
  })

  it('asked for again, with its Idempotency-Key or without, writes nothing more', async () => {
    const id = await poison(ENTRIES, chain.partition, chain.id)
    await listed(id)
    const keyed = () => ledger.app.inject({ method: 'POST', url: `/v1/dead-letters/${id}/replay`, headers: { authorization: `Bearer ${OPERATOR}`, 'idempotency-key': 'once' } })
    const first = await keyed()
    const { replayedAs } = first.json()
    await listed(replayedAs)
    const ends = () => Promise.all([ledger.eventLog.end(ENTRIES, chain.partition), ledger.eventLog.end(DEAD_LETTERS, 0)])
    const before = await ends()
    expect((await keyed()).json()).toEqual(first.json())
    expect((await replay(id)).body).toEqual(first.json())
    expect(await ends()).toEqual(before)
  })

  it('asked for by many at once is one', async () => {
    const id = await poison(ENTRIES, chain.partition, chain.id)
    await listed(id)
    const before = await ledger.eventLog.end(ENTRIES, chain.partition)
    const answers = await Promise.all(Array.from({ length: 5 }, () => replay(id)))
    const replays = [...new Set(answers.map(({ body }) => body.replayedAs))]
    expect(replays).toHaveLength(1)
    expect(await ledger.eventLog.end(ENTRIES, chain.partition)).toBe(before + 1)
    await listed(replays[0])
  })

  it('puts no old state over a newer one: a device that was suspended since stays suspended', async () => {
    const { state } = await ledger.device()
    const old = controlEvent(DEVICES, state, { id: newId(), time: new Date().toISOString() })
    const id = await letterOfOldConsumer(DEVICES, 0, { key: old.key, value: Buffer.from(old.value) }, (await ledger.eventLog.end(DEVICES, 0)) - 1)
    await ledger.publish(DEVICES, { ...state, status: 'suspended' })
    const end = await ledger.eventLog.end(DEVICES, 0)
    expect((await replay(id)).body).toMatchObject({ state: 'superseded', replayedAs: null })
    expect(await ledger.eventLog.end(DEVICES, 0)).toBe(end)
  })

  it.each<[string, () => Promise<string>]>([
    ['a partition that is not there', () => letterOfOldConsumer(ENTRIES, 99, { key: chain.id, value: Buffer.from('x') })],
    ['a topic that is not there', () => letterOfOldConsumer('meters', 0, { key: 'k', value: Buffer.from('x') })],
    ['a key that was cut', () => letterOfOldConsumer(ENTRIES, chain.partition, { key: 'k'.repeat(2_000), value: Buffer.from('x') })],
    ['a chain that is not there, which would halt the partition', async () => letterOfOldConsumer(ENTRIES, chain.partition, { key: chain.id, value: await ledger.reading(device, newId(), 0) })],
  ])('of %s is refused, and the letter stays open', async (_, letter) => {
    const id = await letter()
    expect((await replay(id)).body).toMatchObject({ type: '/problems/dead-letter-not-replayable', status: 409, detail: expect.stringMatching(/\w/) })
    expect((await listed(id)).state).toBe('open')
  })
})

describe('the list', () => {
  it('comes in pages, the newest last, by topic and state', async () => {
    const all = (await operator('GET', '?limit=1000')).body
    expect(all).toMatchObject({ next: null, complete: true })
    const paged: unknown[] = []
    for (let cursor = ''; ;) {
      const { body } = await operator('GET', `?limit=3${cursor}`)
      paged.push(...body.items)
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
    }
    expect(paged).toEqual(all.items)
    const times = all.items.map(({ time }: { time: string }) => time)
    expect(times).toEqual(times.toSorted())
    const open = (await operator('GET', '?limit=1000&state=open&topic=devices')).body.items
    expect(open).toEqual(all.items.filter(({ topic, state }: { topic: string; state: string }) => topic === DEVICES && state === 'open'))
  })

  it('is the same after a restart', async () => {
    const before = (await operator('GET', '?limit=1000')).body
    await ledger.stop()
    ledger = await TestLedger.start(dataDir, ledger)
    expect((await operator('GET', '?limit=1000')).body).toEqual(before)
  })
})

describe('is refused', () => {
  it.each(['?limit=0', '?limit=1001', '?cursor=%20', '?state=lost', '/devices', '/devices.0', '/devices.0.x', '/..%2Fdevices.0.1'])('%s', async (path) => {
    expect((await operator('GET', path)).body.type).toBe('/problems/invalid-request')
  })

  it('a letter that is not there', async () => {
    expect((await operator('GET', '/devices.0.999999')).body.type).toBe('/problems/dead-letter-not-found')
    expect((await replay('devices.0.999999')).body.type).toBe('/problems/dead-letter-not-found')
  })

  it('everybody but the operator', async () => {
    for (const [method, path] of [['GET', ''], ['GET', '/devices.0.1'], ['POST', '/devices.0.1/replay']] as const) {
      expect((await ledger.app.inject({ method, url: `/v1/dead-letters${path}` })).statusCode).toBe(401)
      expect(await ledger.request(method, `/v1/dead-letters${path}`)).toMatchObject({ status: 403, body: { type: '/problems/operator-only' } })
    }
  })
})
