import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { controlEvent } from './controlEvent.ts'
import type { ChainState, DeviceState } from './controlEvents.ts'
import { controlEvents } from './controlEvents.ts'
import { defineEvent, parseEvent } from './eventVersion.ts'
import { BINDINGS, CHAINS, DEVICES, KEYS, TENANTS, declaredTopics } from './topics.ts'

const id = '0199c0de-0000-7000-8000-000000000001'
const other = '0199c0de-0000-7000-8000-000000000002'
const stamp = { id: '0199c0de-0000-7000-8000-00000000ffff', time: '2026-01-02T03:04:05.678Z' }
const jwk = { kty: 'OKP' as const, crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

const device: DeviceState = { id, tenantId: other, name: 'roof', status: 'revoked', keys: [{ number: 1, jwk, alg: 'EdDSA', status: 'active' }] }
const chain: ChainState = {
  id, tenantId: other, name: 'weather', state: 'ready', writeMode: 'batched', public: true, partition: 3, origin: `brume.local/chains/${id}`, anchoring: { maxDelayMs: 5_000, maxReadings: 1_000, slackMs: 10_000 },
}

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

describe('control events', () => {
  it.each([
    controlEvent(TENANTS, { id, name: 'farm' }, stamp),
    controlEvent(DEVICES, device, stamp),
    controlEvent(CHAINS, chain, stamp),
    controlEvent(BINDINGS, { chainId: id, deviceId: other, tenantId: other, leafHash: 'A'.repeat(43), index: 0 }, stamp),
    controlEvent(KEYS, { kid: 'ingest#1', owner: 'ingest', use: 'promise', jwk, status: 'active' }, stamp),
  ])('are read as they were written: $topic under $key', ({ topic, value }) => {
    // The topics above are all control topics.
    const parsed = parseEvent<unknown>(controlEvents[topic as keyof typeof controlEvents] as never, bytes(value))
    expect(parsed).toEqual({ ok: true, event: JSON.parse(value) })
  })

  it('go under the key that compaction keeps them by', () => {
    expect(controlEvent(DEVICES, device, stamp).key).toBe(id)
    expect(controlEvent(BINDINGS, { chainId: id, deviceId: other, tenantId: other, leafHash: 'A'.repeat(43), index: 0 }, stamp).key).toBe(`${id}/${other}`)
  })

  it('never carry the private part of a key', () => {
    const leaky = { ...device, keys: [{ number: 1, jwk: { ...jwk, d: 'secret' }, alg: 'EdDSA', status: 'active' as const }] }
    expect(controlEvent(DEVICES, leaky, stamp).value).not.toContain('secret')
  })

  it('have a compacted topic with one partition each', () => {
    const topics = declaredTopics(8)
    for (const topic of [TENANTS, DEVICES, CHAINS, BINDINGS, KEYS] as const) expect(topics[topic]).toMatchObject({ compacted: true, partitions: 1 })
    expect(topics.entries).toMatchObject({ compacted: false, partitions: 8 })
  })
})

describe('parseEvent', () => {
  const event = { type: 'tenant', v: 1, ...stamp, data: { id, name: 'farm' } }
  it.each([
    ['not JSON', '{'],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['another type', { ...event, type: 'device' }],
    ['a later version', { ...event, v: 2 }],
    ['a wrong id', { ...event, data: { id: id.toUpperCase(), name: 'farm' } }],
    ['no data', { ...event, data: undefined }],
    ['a local time', { ...event, time: '2026-01-02 03:04' }],
  ])('says why it refuses %s', (_, value) => {
    const parsed = parseEvent(controlEvents[TENANTS], value instanceof Uint8Array ? value : bytes(value))
    expect(parsed).toEqual({ ok: false, reason: expect.stringMatching(/.{10,}/) })
  })

  it('names the member that is wrong', () => {
    expect(parseEvent(controlEvents[TENANTS], bytes({ ...event, data: { id } }))).toMatchInlineSnapshot(`
      {
        "ok": false,
        "reason": "name: Invalid input: expected string, received undefined",
      }
    `)
    expect(parseEvent(controlEvents[TENANTS], bytes({ ...event, v: 2 }))).toMatchInlineSnapshot(`
      {
        "ok": false,
        "reason": "version 2 of tenant is not known here (this is version 1)",
      }
    `)
  })

  it('takes members that a newer process added', () => {
    expect(parseEvent(controlEvents[TENANTS], bytes({ ...event, added: 1, data: { ...event.data, added: 1 } }))).toEqual({ ok: true, event })
  })

  it('takes version v and v − 1, never v − 2', () => {
    const v3 = defineEvent({
      type: 'tenant',
      v: 3,
      data: z.object({ id: z.string(), name: z.string(), plan: z.string() }),
      before: z.object({ id: z.string(), name: z.string() }).transform((data) => ({ ...data, plan: 'free' })),
      keyOf: (data) => data.id,
    })
    const data = { id, name: 'farm', plan: 'gold' }
    expect(parseEvent(v3, bytes({ ...event, v: 3, data }))).toMatchObject({ ok: true, event: { v: 3, data } })
    expect(parseEvent(v3, bytes({ ...event, v: 2 }))).toMatchObject({ ok: true, event: { v: 3, data: { name: 'farm', plan: 'free' } } })
    expect(parseEvent(v3, bytes(event))).toMatchObject({ ok: false })
  })
})
