import { describe, expect, it } from 'vitest'
import { answering, problem } from './answers.fixture.ts'
import { BrumeClient } from './brumeClient.ts'

/** Remembers what it was asked to wait, and does not. */
function clientOf(url: string) {
  const waits: number[] = []
  const client = new BrumeClient({ url: `${url}/`, token: 't', timeoutMs: 2_000, newKey: () => 'key-1', wait: async (ms) => void waits.push(ms) })
  return { client, waits }
}

describe('tries', () => {
  it('repeats a creation under one Idempotency-Key after a lost connection and a 503, and waits as asked', async () => {
    await using server = await answering((_, at) => [undefined, { ...problem(503, 'overloaded'), headers: { 'retry-after': '2' } }, { status: 202, body: { id: 'c' } }][at])
    const { client, waits } = clientOf(server.url)
    expect(await client.createChain({ name: 'x' })).toEqual({ id: 'c' })
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-1', 'key-1'])
    expect(waits).toEqual([100, 2_000])
  })

  it('ends after a bounded number of them with the last refusal', async () => {
    await using server = await answering(() => problem(503, 'storage-full'))
    const { client, waits } = clientOf(server.url)
    await expect(client.createTenant('x')).rejects.toMatchObject({ status: 503, code: 'storage-full' })
    expect(server.seen).toHaveLength(5)
    expect(waits).toEqual([100, 200, 400, 800])
  })

  it('hands the refusal on when the service asks for a longer wait than the caller has patience for', async () => {
    await using server = await answering(() => ({ ...problem(503, 'storage-full'), headers: { 'retry-after': '30' } }))
    await expect(clientOf(server.url).client.chain('c')).rejects.toMatchObject({ retryAfterMs: 30_000 })
    expect(server.seen).toHaveLength(1)
  })

  it('does not repeat what a repetition could change', async () => {
    await using server = await answering(() => problem(503, 'overloaded'))
    await expect(clientOf(server.url).client.stopChain('c')).rejects.toMatchObject({ status: 503 })
    expect(server.seen).toHaveLength(1)
  })

  it('does not repeat a refusal that a repetition cannot mend', async () => {
    await using server = await answering(() => problem(409, 'chain-state-conflict', { possible: ['start'] }))
    await expect(clientOf(server.url).client.createChain({ name: 'x' })).rejects.toMatchObject({ code: 'chain-state-conflict', problem: { possible: ['start'] } })
    expect(server.seen).toHaveLength(1)
  })

  it('shows the status of a page that is no problem document', async () => {
    await using server = await answering(() => ({ status: 404, type: 'text/html', body: '<h1>nothing</h1>' }))
    await expect(clientOf(server.url).client.chain('c')).rejects.toMatchObject({ status: 404, problem: { type: 'about:blank' } })
  })

  it('follows no redirect, which could lead a token elsewhere', async () => {
    await using server = await answering(() => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: {} }))
    await expect(clientOf(server.url).client.chain('c')).rejects.toThrow(TypeError)
  })
})

describe('lists', () => {
  it('come page by page, each asked for only when it is wanted', async () => {
    await using server = await answering(({ path }) => ({ status: 200, body: path.includes('cursor=n') ? { items: [3], next: null } : { items: [1, 2], next: 'n' } }))
    const seen: unknown[] = []
    for await (const item of clientOf(server.url).client.devices({ limit: 2 })) {
      seen.push(item)
      if (seen.length === 2) expect(server.seen).toHaveLength(1)
    }
    expect(seen).toEqual([1, 2, 3])
    expect(server.seen.map(({ path }) => path)).toEqual(['/v1/devices?limit=2', '/v1/devices?limit=2&cursor=n'])
  })
})

describe('dead letters', () => {
  it('are asked for by topic and state, and replayed under an Idempotency-Key', async () => {
    await using server = await answering(() => ({ status: 200, body: { items: [], next: null } }))
    const { client } = clientOf(server.url)
    for await (const _ of client.deadLetters({ limit: 5, topic: 'devices', state: 'open' }));
    await client.replayDeadLetter('devices.0.7')
    expect(server.seen.map(({ method, path, headers }) => [method, path, headers['idempotency-key']])).toEqual([
      ['GET', '/v1/dead-letters?limit=5&topic=devices&state=open', undefined],
      ['POST', '/v1/dead-letters/devices.0.7/replay', 'key-1'],
    ])
  })
})

describe('waiting for a chain', () => {
  it('ends with the state, with a failure, or at its limit', async () => {
    const states = ['starting', 'ready', 'failed', 'starting']
    await using server = await answering((_, at) => ({ status: 200, body: { state: states[at] ?? 'starting', reason: 'no room' } }))
    const { client } = clientOf(server.url)
    expect(await client.waitForChain('c', 'ready')).toMatchObject({ state: 'ready' })
    await expect(client.waitForChain('c', 'ready')).rejects.toThrow('no room')
    await expect(client.waitForChain('c', 'ready', { limitMs: 300 })).rejects.toMatchObject({ name: 'WaitLimitError' })
  })
})
