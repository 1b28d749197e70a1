import { expect, it } from 'vitest'
import { parsePublicJwk } from '@brume/envelope'
import { heldBytes } from '../heldMemory.fixture.ts'
import { deviceState, newDevice, newId, tenantId } from '../ingest.fixture.ts'
import { DeviceStandings } from './deviceStandings.ts'
import { KEY_BYTES } from './keyTable.ts'

function keyOf(standings: DeviceStandings, deviceId: string, keyNumber = 1): Buffer | undefined {
  const slot = standings.keyOf(standings.numberOf(deviceId), keyNumber)
  if (slot === undefined) return undefined
  const bytes = Buffer.alloc(KEY_BYTES)
  standings.keys.copyTo(slot, bytes, 0)
  return bytes.subarray(0, standings.keys.familyOf(slot) === 'p256' ? 65 : 32)
}

it('keeps the key of each device as the table grows', async () => {
  const standings = new DeviceStandings()
  const devices = await Promise.all(Array.from({ length: 200 }, (_, i) => newDevice(i % 2 === 0 ? 'EdDSA' : 'ES256')))
  for (const device of devices) standings.apply(deviceState(device))
  for (const { id, jwk } of devices) {
    const expected = parsePublicJwk(jwk)
    expect(expected.ok && Buffer.from(expected.value.bytes).equals(keyOf(standings, id) ?? Buffer.alloc(0))).toBe(true)
  }
})

it('takes an algorithm only for a key of its family', async () => {
  const standings = new DeviceStandings()
  const [ed25519, p256] = [await newDevice('EdDSA'), await newDevice('ES256')]
  for (const device of [ed25519, p256]) standings.apply(deviceState(device))
  const fits = (id: string, alg: 'EdDSA' | 'Ed25519' | 'ES256') => standings.keys.fits(standings.keyOf(standings.numberOf(id), 1) ?? -1, alg)
  expect([fits(ed25519.id, 'EdDSA'), fits(ed25519.id, 'Ed25519'), fits(ed25519.id, 'ES256')]).toEqual([true, true, false])
  expect([fits(p256.id, 'EdDSA'), fits(p256.id, 'ES256')]).toEqual([false, true])
})

it('has no key for a family that this version does not know', async () => {
  const standings = new DeviceStandings()
  const device = await newDevice()
  standings.apply(deviceState(device, { keys: [{ number: 1, jwk: { kty: 'OKP', crv: 'Ed448', x: 'AAAA' }, alg: 'Ed448', status: 'active' }] }))
  expect(keyOf(standings, device.id)).toBeUndefined()
})

it('belongs to nobody before the device itself is seen', () => {
  const standings = new DeviceStandings()
  const no = standings.numberOf(newId())
  expect(standings.belongsTo(no, tenantId)).toBe(false)
})

it('needs at most 400 bytes for a device', async () => {
  const sample = await newDevice()
  const before = await heldBytes()
  const standings = new DeviceStandings()
  const devices = 20_000
  // As it arrives: fresh text from JSON, not shared with other devices.
  for (let i = 0; i < devices; i++) standings.apply(JSON.parse(JSON.stringify(deviceState({ ...sample, id: newId() }))))
  expect(((await heldBytes()) - before) / devices).toBeLessThan(400)
  expect(standings.size).toBe(devices)
})
