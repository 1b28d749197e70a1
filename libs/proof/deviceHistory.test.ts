import { parseReading, signReading } from '@brume/envelope'
import { beforeAll, describe, expect, it } from 'vitest'
import type { DevKey } from './devKeys.fixture.ts'
import { devId, devKey } from './devKeys.fixture.ts'
import { DeviceHistory, flagNames } from './index.ts'

const device = devId('d', 1)
let first: DevKey
let second: DevKey

beforeAll(async () => {
  first = await devKey('first', `${device}#1`)
  second = await devKey('second', `${device}#2`)
})

async function flagsOf(history: DeviceHistory, { signer }: DevKey) {
  const reading = parseReading(await signReading({ chain: devId('c', 1), seq: 1, iat: 1 }, Uint8Array.of(1), signer))
  if (!reading.ok) throw new Error(reading.refusal.detail)
  return flagNames(history.flagsOf(reading.envelope))
}

const binding = () => ({ typ: 'brume-binding', device, keyNumber: 1, jwk: first.jwk, request: 'a.b.c' }) as const
const replacement = () => ({ typ: 'brume-key', device, keyNumber: 2, jwk: second.jwk, possession: 'a.b.c', lost: true }) as const
const status = (value: 'active' | 'suspended' | 'revoked') => ({ typ: 'brume-device-status', device, status: value }) as const

describe('the history of a device', () => {
  it('flags a reading from before the binding', async () => {
    const history = new DeviceHistory()
    expect(await flagsOf(history, first)).toEqual(['unbound'])
    history.apply(binding(), 0)
    expect(await flagsOf(history, first)).toEqual([])
  })

  it('flags the old key after a replacement, and the new one before it', async () => {
    const history = new DeviceHistory()
    history.apply(binding(), 0)
    expect(await flagsOf(history, second)).toEqual(['staleKey'])
    history.apply(replacement(), 1)
    expect([await flagsOf(history, first), await flagsOf(history, second)]).toEqual([['staleKey'], []])
    expect(history.of(device)?.keys.get(1)).toEqual({ number: 1, jwk: first.jwk, index: 0 })
  })

  it('ends a suspension, and no revocation', async () => {
    const history = new DeviceHistory()
    history.apply(binding(), 0)
    history.apply(status('suspended'), 1)
    expect(await flagsOf(history, first)).toEqual(['suspended'])
    history.apply(status('active'), 2)
    expect(await flagsOf(history, first)).toEqual([])
    history.apply(status('revoked'), 3)
    history.apply(status('active'), 4)
    expect(await flagsOf(history, first)).toEqual(['revoked'])
  })

  it('goes on from a standing that was stored', async () => {
    const stored = new DeviceHistory()
    stored.apply(binding(), 0)
    const standing = stored.of(device)
    if (!standing) throw new Error('the device is bound')
    const history = new DeviceHistory()
    history.restore(device, standing)
    expect(await flagsOf(history, first)).toEqual([])
  })
})
