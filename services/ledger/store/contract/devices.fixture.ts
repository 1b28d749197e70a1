import type { PublicJwk } from '@brume/envelope'
import type { DeviceStanding, DeviceStatus } from '@brume/proof'
import { expect, it } from 'vitest'
import { appendNext, CHAIN, OTHER_CHAIN, START_MS } from './appends.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'

export function keepsDevices(open: OpenStore): void {
  it('gives no device number twice, also after a restart', async () => {
    await using opened = await open()
    const numbers = [...(await opened.store.reserveDeviceNumbers(3)), ...(await opened.store.reserveDeviceNumbers(2))]
    expect(new Set(numbers).size).toBe(5)
    expect(await opened.store.reserveDeviceNumbers(0)).toEqual([])
    const devices = numbers.map((no) => ({ chainNo: CHAIN, no, deviceId: `device ${no}`, standing: standing('active', 1) }))
    await appendNext(opened.store, { devices })
    const more = await (await opened.restarted()).reserveDeviceNumbers(5)
    expect(new Set([...numbers, ...more]).size).toBe(10)
  })

  it('knows the devices of a chain with their standing and all their keys', async () => {
    await using opened = await open()
    const [one = 0, two = 0, three = 0] = await opened.store.reserveDeviceNumbers(3)
    const first = { chainNo: CHAIN, no: one, deviceId: 'one', standing: standing('active', 2) }
    const second = { chainNo: CHAIN, no: two, deviceId: 'two "quoted" \\ {},', standing: standing('suspended', 1) }
    await appendNext(opened.store, { devices: [second, first, { ...first, chainNo: OTHER_CHAIN, no: three, standing: standing('revoked', 1) }] })
    const store = await opened.restarted()
    const known = (await store.devices(CHAIN)).toSorted((a, b) => a.no - b.no)
    expect(known).toEqual([first, second].map(({ chainNo: _, ...device }) => device))
    expect(await store.devices(OTHER_CHAIN)).toMatchObject([{ no: three, deviceId: 'one', standing: { status: 'revoked' } }])
    expect(await store.devices(99)).toEqual([])
  })

  it('keeps the last standing of a device, and the entry that first made a key known', async () => {
    await using opened = await open()
    const [no = 0] = await opened.store.reserveDeviceNumbers(1)
    const device = { chainNo: CHAIN, no, deviceId: 'one' }
    await appendNext(opened.store, { devices: [{ ...device, standing: standing('active', 1) }] })
    const later = standing('revoked', 2)
    later.keys.set(1, { ...key(1), index: 77 })
    await appendNext(opened.store, { devices: [{ ...device, standing: later }] })
    expect(await opened.store.devices(CHAIN)).toEqual([{ no, deviceId: 'one', standing: standing('revoked', 2) }])
  })

  it('leaves in the outbox what others must hear, in order', async () => {
    await using opened = await open()
    const rows = ['first', 'second', 'third'].map((key, i) => ({ topic: 'bindings', key, value: JSON.stringify({ key, text: 'ü "\\' }), createdAt: new Date(START_MS + i) }))
    await appendNext(opened.store, { outbox: rows.map(({ createdAt, ...entry }) => ({ entry, createdAt })) })
    expect(await opened.outbox()).toEqual(rows)
  })
}

/** With the keys 1 to `keyNumber`. */
function standing(status: DeviceStatus, keyNumber: number): DeviceStanding {
  return { status, keyNumber, keys: new Map(Array.from({ length: keyNumber }, (_, i) => [i + 1, key(i + 1)])) }
}

function key(number: number) {
  const jwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(42) + number }
  return { number, jwk, index: number * 10 }
}
