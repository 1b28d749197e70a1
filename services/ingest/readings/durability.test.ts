import { ENTRIES, EventLogUnavailable, type Appended, type EventLog, type LogRecord } from '@brume/event-log'
import { rmSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { heldBytes } from '../heldMemory.fixture.ts'
import { chainState, newDevice, newFolder, reading, TestIngest, until, type StartOptions } from '../ingest.fixture.ts'

/** The real log, whose appends to `entries` pass a gate. */
function gated(log: EventLog, gate: (append: () => Promise<Appended>) => Promise<Appended>): EventLog {
  const append = (topic: string, partition: number, records: readonly LogRecord[]): Promise<Appended> => {
    const run = () => log.append(topic, partition, records)
    return topic === ENTRIES ? gate(run) : run()
  }
  return new Proxy(log, {
    get(target, name) {
      if (name === 'append') return append
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

async function startIngest(options: StartOptions = {}): Promise<TestIngest> {
  const ingest = await TestIngest.start(options)
  onTestFinished(() => ingest.stop())
  return ingest
}

it('promises nothing before the append is durable', async () => {
  const order: string[] = []
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const ingest = await startIngest({ wrapLog: (log) => gated(log, async (append) => {
    const appended = await append()
    order.push('durable')
    await opened
    order.push('append resolved')
    return appended
  }) })
  const device = await newDevice()
  const chain = await ingest.provide(chainState(), device)
  const envelope = await reading(device, chain.id, 1)
  const answers = [ingest.postOne(envelope), ingest.postOne(envelope), ingest.post({ readings: [envelope] })].map((sent) => sent.then((answer) => {
    order.push('answered')
    return answer.statusCode
  }))
  await until(() => order.length === 1)
  for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(order).toEqual(['durable'])
  open()
  expect(await Promise.all(answers)).toEqual([202, 202, 202])
  expect(order).toEqual(['durable', 'append resolved', 'answered', 'answered', 'answered'])
})

it('acknowledges nothing when the append fails, and takes the reading when it is sent again', async () => {
  let broken = true
  const failures: unknown[] = []
  const ingest = await startIngest({
    wrapLog: (log) => gated(log, (append) => (broken ? Promise.reject(new EventLogUnavailable('the disk is gone')) : append())),
    logger: { log() {}, warn() {}, error: (message: unknown) => void failures.push(message) },
  })
  const device = await newDevice()
  const chain = await ingest.provide(chainState(), device)
  const envelope = await reading(device, chain.id, 1)
  const [first, repeat] = await Promise.all([ingest.postOne(envelope), ingest.postOne(envelope)])
  expect(first.json()).toMatchObject({ type: '/problems/storage-unavailable', status: 503 })
  expect(first.headers['retry-after']).toBe('5')
  expect(repeat.statusCode).toBe(503)
  expect(failures).toContainEqual(expect.objectContaining({ code: 'storage-unavailable' }))
  broken = false
  expect((await ingest.postOne(await reading(device, chain.id, 1, { payload: 'changed' }))).statusCode).toBe(202)
})

it('takes what it can when one chain of a request cannot be written', async () => {
  const ingest = await startIngest({ wrapLog: (log) => {
    let appends = 0
    return gated(log, (append) => (++appends === 2 ? Promise.reject(new EventLogUnavailable('the partition is gone')) : append()))
  } })
  const device = await newDevice()
  const [one, two] = [await ingest.provide(chainState(), device), await ingest.provide(chainState({ partition: 1 }), device)]
  const answer = await ingest.post({ readings: [await reading(device, two.id, 1), await reading(device, one.id, 1), await reading(device, two.id, 2)] })
  expect(answer.statusCode).toBe(202)
  expect(answer.json().results).toMatchObject([{ status: 202, promise: 0 }, { status: 503, problem: { type: '/problems/storage-unavailable' } }, { status: 202, promise: 0 }])
})

it('answers 503 with Retry-After when the log is full, acknowledges nothing, and holds on to no memory', { timeout: 60_000 }, async () => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const device = await newDevice()
  const chain = chainState()
  const roomy = await TestIngest.start({ folder })
  await roomy.provide(chain, device)
  await roomy.stop()
  const ingest = await startIngest({ folder, env: { LOG_MAX_PAGES: '40' } })
  const large = 'x'.repeat(40_000)
  const send = async (seq: number) => ingest.post({ readings: await Promise.all([0, 1].map((i) => reading(device, chain.id, 2 * seq + i, { payload: large }))) })
  const taken: number[] = []
  let seq = 0
  for (let answer = await send(seq); answer.statusCode === 202; answer = await send(++seq)) taken.push(seq)
  const refused = await send(++seq)
  expect(refused.json()).toMatchObject({ type: '/problems/storage-full', status: 503, results: [{ status: 503 }, { status: 503 }] })
  expect(refused.headers['retry-after']).toBe('30')
  expect((await ingest.postOne(await reading(device, chain.id, 2 * ++seq, { payload: large }))).headers['retry-after']).toBe('30')
  expect(await ingest.entries()).toHaveLength(2 * taken.length)
  const body = { readings: await Promise.all(Array.from({ length: 17 }, (_, i) => reading(device, chain.id, 1_000 + i, { payload: 'x'.repeat(45_000) }))) }
  const before = await heldBytes()
  for (let i = 0; i < 100; i++) expect((await ingest.post(body)).statusCode).toBe(503)
  // 100 requests of 1 MB. The log's own thread keeps garbage until its collector runs, which its buffers make it do at some tens of MB.
  expect((await heldBytes()) - before).toBeLessThan(70_000_000)
})

it('pushes back when more waits for its signature than the bound allows', async () => {
  const ingest = await startIngest()
  const device = await newDevice()
  const chain = await ingest.provide(chainState(), device)
  const payload = 'x'.repeat(20_000)
  const bodies = await Promise.all(Array.from({ length: 15 }, async (_, i) => ({ readings: await Promise.all(Array.from({ length: 30 }, (__, j) => reading(device, chain.id, 30 * i + j, { payload }))) })))
  const answers = await Promise.all(bodies.map((body) => ingest.post(body)))
  const overloaded = answers.filter(({ statusCode }) => statusCode === 503)
  expect(overloaded.length).toBeGreaterThan(0)
  for (const answer of overloaded) {
    expect(answer.json().type).toBe('/problems/overloaded')
    expect(answer.headers['retry-after']).toBe('1')
  }
  expect(await ingest.entries()).toHaveLength(30 * (answers.length - overloaded.length))
})

it('recognises after a restart what it accepted before, and signs with the same key', async () => {
  const folder = newFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const device = await newDevice()
  const chain = chainState()
  const first = await TestIngest.start({ folder })
  await first.provide(chain, device)
  const envelope = await reading(device, chain.id, 1, { payload: 'warm' })
  const answer = (await first.postOne(envelope)).json()
  await first.stop()
  const second = await startIngest({ folder })
  expect((await second.postOne(envelope)).json()).toEqual(answer)
  expect((await second.postOne(await reading(device, chain.id, 1, { payload: 'cold' }))).json()).toMatchObject({ type: '/problems/equivocation', firstLeafHash: answer.leafHash })
  expect(await second.entries()).toHaveLength(1)
  expect((await second.log.readFrom('keys', 0, 0, 10)).map(({ key }) => key)).toEqual(['ingest#1'])
})

it('goes on when a verify thread is killed; who waited is told to send again', async () => {
  const ingest = await startIngest()
  const device = await newDevice()
  const chain = await ingest.provide(chainState(), device)
  const envelopes = await Promise.all(Array.from({ length: 500 }, (_, seq) => reading(device, chain.id, seq)))
  const sent = ingest.post({ readings: envelopes })
  await until(() => ingest.parts.pool.seats[0]?.flight !== undefined)
  await ingest.parts.pool.seats[0]?.thread.stop()
  const answer = await sent
  expect(answer.json()).toMatchObject({ type: '/problems/verification-interrupted', status: 503 })
  expect(answer.headers['retry-after']).toBe('1')
  expect(await ingest.entries()).toHaveLength(0)
  const again = await ingest.post({ readings: envelopes })
  expect(again.json().results.filter(({ status }: { status: number }) => status === 202)).toHaveLength(500)
})
