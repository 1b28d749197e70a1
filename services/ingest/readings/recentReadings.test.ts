import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RecentReadings, type ReadingIdentity } from './recentReadings.ts'

const identity = (changes: Partial<ReadingIdentity> = {}): ReadingIdentity => ({ chainNo: 0, deviceNo: 0, epoch: 0, seq: 0, ...changes })
const hashes = (leaf: number, input = leaf) => ({ bytes: Buffer.concat([Buffer.alloc(32, leaf), Buffer.alloc(32, input)]), at: 0 })
const leafText = (leaf: number): string => Buffer.alloc(32, leaf).toString('base64url')

it('tells identities apart by every part, up to the largest numbers', () => {
  const recent = new RecentReadings(16)
  const most = Number.MAX_SAFE_INTEGER
  const all = [identity(), identity({ seq: most }), identity({ epoch: most }), identity({ deviceNo: 1 }), identity({ chainNo: 1 }), identity({ seq: 2 ** 32 })]
  const tickets = all.map((one, i) => recent.add(one, hashes(i), i))
  expect(all.map((one) => recent.find(one))).toEqual(tickets)
  expect(tickets.map((ticket) => recent.leafHashText(ticket))).toEqual(all.map((_, i) => leafText(i)))
})

it('is pending until its append is settled', () => {
  const recent = new RecentReadings(16)
  const ticket = recent.add(identity(), hashes(1))
  expect(recent.acceptedAt(ticket)).toBeUndefined()
  recent.settle(ticket, 5)
  expect(recent.acceptedAt(ticket)).toBe(5)
})

it('compares signing inputs, not leaves', () => {
  const recent = new RecentReadings(16)
  const ticket = recent.add(identity(), hashes(1, 7))
  expect(recent.isSameInput(ticket, hashes(2, 7))).toBe(true)
  expect(recent.isSameInput(ticket, hashes(1, 8))).toBe(false)
})

it('leaves the newcomer alone when an append ends whose reading was pushed out', () => {
  const recent = new RecentReadings(1)
  const pushedOut = recent.add(identity(), hashes(1))
  const newcomer = recent.add(identity({ seq: 1 }), hashes(2))
  recent.settle(pushedOut, 5)
  recent.forget(pushedOut)
  expect(recent.find(identity())).toBeUndefined()
  expect(recent.find(identity({ seq: 1 }))).toBe(newcomer)
  expect(recent.acceptedAt(newcomer)).toBeUndefined()
})

it('knows exactly the last ones that were added and not forgotten', () => {
  const step = fc.record({ seq: fc.nat(30), deviceNo: fc.nat(2), forget: fc.boolean() })
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const capacity = 8
    const recent = new RecentReadings(capacity)
    const model: { name: string; ticket: number; one: ReadingIdentity; leaf: number }[] = []
    for (const [i, { seq, deviceNo, forget }] of steps.entries()) {
      const one = identity({ seq, deviceNo })
      const name = `${deviceNo}/${seq}`
      const known = model.find((row) => row.name === name)
      if (known === undefined) {
        const ticket = recent.add(one, hashes(i % 256), i)
        while ((model[0]?.ticket ?? ticket) <= ticket - capacity) model.shift()
        model.push({ name, ticket, one, leaf: i % 256 })
      } else if (forget) {
        recent.forget(known.ticket)
        model.splice(model.indexOf(known), 1)
      }
      for (const row of model) {
        expect(recent.find(row.one)).toBe(row.ticket)
        expect(recent.leafHashText(row.ticket)).toBe(leafText(row.leaf))
      }
      for (let other = 0; other <= 30; other++) if (!model.some((row) => row.name === `0/${other}`)) expect(recent.find(identity({ seq: other }))).toBeUndefined()
    }
  }), { numRuns: 50 })
})
