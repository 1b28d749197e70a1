import { describe, expect, it } from 'vitest'
import { deviceStatuses } from '@brume/envelope'
import { DEVICE_EVENTS, nextStatus, possibleEvents } from './device.lifecycle.ts'

describe('life cycle of a device', () => {
  it('is this table', () => {
    const table = deviceStatuses.map((status) => [status, ...DEVICE_EVENTS.map((event) => nextStatus(status, event) ?? '-')].join(' '))
    expect([['', ...DEVICE_EVENTS].join(' '), ...table]).toMatchInlineSnapshot(`
      [
        " suspend resume revoke replace-key",
        "active suspended - revoked active",
        "suspended - active revoked suspended",
        "revoked - - - -",
      ]
    `)
  })

  it('ends at revoked', () => {
    expect(possibleEvents('revoked')).toEqual([])
  })
})
