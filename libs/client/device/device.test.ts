import { generateDeviceKey, makePromise, parseReading, signerFromPrivateJwk, type PublicJwk, type Signer } from '@brume/envelope'
import { encodeBase64url } from '@brume/envelope'
import { leafHash } from '@brume/merkle'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answering, problem, type Prepared, type Seen } from '../answers.fixture.ts'
import { BrumeClient } from '../brumeClient.ts'
import { FileDeviceState } from '../node/fileDeviceState.ts'
import { Device, type DeviceOptions, type Payload } from './device.ts'
import { MemoryDeviceState } from './deviceState.ts'

const chain = { id: '0199c0de-0000-7000-8000-0000000000c1', ledger: { origin: 'brume.local/chains/0199c0de-0000-7000-8000-0000000000c1' } }
const deviceId = '0199c0de-0000-7000-8000-0000000000d1'
const payload = (text: string): Payload => ({ content: new TextEncoder().encode(text) })
const times = { acceptedAt: '2026-01-01T00:00:00.000Z', anchorBy: '2026-01-01T00:00:10.000Z' }

let folder: string
let signer: Signer
let ingest: { jwk: PublicJwk; signer: Signer }
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'brume-device-'))
  signer = await signerFromPrivateJwk((await generateDeviceKey('EdDSA')).privateJwk, `${deviceId}#1`)
  const { publicJwk, privateJwk } = await generateDeviceKey('EdDSA')
  ingest = { jwk: publicJwk, signer: await signerFromPrivateJwk(privateJwk, 'ingest#1') }
})
afterEach(() => rmSync(folder, { recursive: true }))

type Accept = (envelopes: string[]) => Prepared | undefined | Promise<Prepared | undefined>

/** Ingest as a device sees it, with real promises; `accept` decides about each request. */
async function ingestOf(accept: Accept) {
  return answering(({ path, body }: Seen) => (path === '/.well-known/jwks.json' ? { status: 200, body: { keys: [{ ...ingest.jwk, kid: 'ingest#1', use: 'sig' }] } } : accept(JSON.parse(body).readings)))
}

const leavesOf = (envelopes: readonly string[]): string[] => envelopes.map((envelope) => encodeBase64url(leafHash(new TextEncoder().encode(envelope))))

async function promised(envelopes: readonly string[], { origin = chain.ledger.origin, leafHashes = leavesOf(envelopes), by = ingest.signer } = {}): Promise<Prepared> {
  const promise = new TextDecoder().decode(await makePromise({ origin, leafHashes, ...times }, by))
  return { status: 202, body: { results: leavesOf(envelopes).map((hash) => ({ status: 202, leafHash: hash, promise: 0 })), promises: [promise] } }
}

async function open(url: string, more: Partial<DeviceOptions> = {}): Promise<Device> {
  return Device.open({ client: new BrumeClient({ url, wait: async () => undefined }), signer, chain, state: new MemoryDeviceState(), now: () => 1_700_000_000_000, ...more })
}

function headerOf(envelope: string) {
  const parsed = parseReading(new TextEncoder().encode(envelope))
  if (!parsed.ok) throw new Error(parsed.refusal.detail)
  return parsed.envelope.header
}

describe('signing', () => {
  it('counts seq and chains each envelope to the one before', async () => {
    const device = await open('http://127.0.0.1:1')
    const [first = '', second = ''] = await device.sign([payload('1'), payload('2')])
    const [third = ''] = await device.sign([payload('3')])
    expect([first, second, third].map((envelope) => headerOf(envelope).seq)).toEqual([0, 1, 2])
    expect([first, second, third].map((envelope) => headerOf(envelope).prv)).toEqual([undefined, ...leavesOf([first, second])])
  })

  it('never uses a seq twice, also when two callers sign at once', async () => {
    const device = await open('http://127.0.0.1:1')
    const signed = await Promise.all(['a', 'b', 'c', 'd'].map((text) => device.sign([payload(text)])))
    expect(signed.flat().map((envelope) => headerOf(envelope).seq)).toEqual([0, 1, 2, 3])
  })

  it('goes on after a restart where it was, with what it had not sent', async () => {
    const path = join(folder, 'state.json')
    const signed = await (await open('http://127.0.0.1:1', { state: new FileDeviceState(path) })).sign([payload('1')])
    const again = await open('http://127.0.0.1:1', { state: new FileDeviceState(path) })
    expect(again.unsent).toEqual(signed)
    expect(headerOf((await again.sign([payload('2')]))[0] ?? '').seq).toBe(1)
  })

  it('does not begin again when its state is damaged', async () => {
    const path = join(folder, 'state.json')
    writeFileSync(path, '{"epoch":0,"nextSeq":')
    await expect(open('http://127.0.0.1:1', { state: new FileDeviceState(path) })).rejects.toThrow('not a device')
  })

  it('keeps no more than it may', async () => {
    const device = await open('http://127.0.0.1:1', { maxUnsent: 2 })
    await expect(device.sign([payload('1'), payload('2'), payload('3')])).rejects.toMatchObject({ name: 'UnsentFullError' })
    expect(await device.sign([payload('1'), payload('2')])).toHaveLength(2)
  })
})

describe('sending', () => {
  it('forgets a reading once a promise that holds covers it', async () => {
    await using server = await ingestOf((envelopes) => promised(envelopes))
    const device = await open(server.url)
    const signed = await device.sign([payload('1'), payload('2')])
    const { acknowledged } = await device.send()
    expect(acknowledged).toMatchObject(leavesOf(signed).map((hash, at) => ({ envelope: signed[at], leafHash: hash, ...times })))
    expect(device.unsent).toEqual([])
  })

  it('cuts what waits into requests', async () => {
    const sizes: number[] = []
    await using server = await ingestOf((envelopes) => (sizes.push(envelopes.length), promised(envelopes)))
    const device = await open(server.url, { maxPerRequest: 2 })
    await device.sign(['1', '2', '3', '4', '5'].map(payload))
    expect((await device.send()).acknowledged).toHaveLength(5)
    expect(sizes).toEqual([2, 2, 1])
  })

  it('keeps what a bad promise covers', async () => {
    const stranger = await signerFromPrivateJwk((await generateDeviceKey('EdDSA')).privateJwk, 'ingest#1')
    const unpublished = await signerFromPrivateJwk((await generateDeviceKey('EdDSA')).privateJwk, 'ingest#2')
    const bad = [{ by: stranger }, { by: unpublished }, { origin: `${chain.ledger.origin}x` }, { leafHashes: ['A'.repeat(43)] }]
    for (const how of bad) {
      await using server = await ingestOf((envelopes) => promised(envelopes, how))
      const device = await open(server.url)
      const signed = await device.sign([payload('1')])
      await expect(device.send()).rejects.toMatchObject({ name: 'BadPromiseError' })
      expect(device.unsent).toEqual(signed)
    }
  })

  it('drops what can never be accepted and keeps what may be later', async () => {
    const refusal = (status: number, code: string) => ({ status, problem: problem(status, code).body })
    await using server = await ingestOf(() => problem(422, 'no-reading-accepted', { results: [refusal(409, 'equivocation'), refusal(403, 'device-suspended'), refusal(409, 'chain-not-ready')] }))
    const device = await open(server.url)
    const signed = await device.sign(['1', '2', '3'].map(payload))
    const delivery = await device.send()
    expect(delivery.refused).toMatchObject([{ envelope: signed[0], problem: { type: '/problems/equivocation' } }])
    expect(delivery.waiting.map(({ envelope }) => envelope)).toEqual(signed.slice(1))
    expect(device.unsent).toEqual(signed.slice(1))
  })

  it('keeps everything when nobody answers', async () => {
    await using server = await ingestOf(() => undefined)
    const device = await open(server.url)
    const signed = await device.sign([payload('1')])
    await expect(device.send()).rejects.toThrow(TypeError)
    expect(device.unsent).toEqual(signed)
  })
})
