import { describe, expect, it } from 'vitest'
import { outcomes, type AchievedDelay } from '../model/index.ts'
import { readNetwork } from '../networks/index.ts'
import { countsOf } from './countsOf.ts'
import { offeredPerS } from './offeredPerS.ts'
import { virtualUsers, type RequestsUnderWay } from './virtualUsers.ts'

const delay = (achievedMs: number): AchievedDelay => ({ network: 'n', askedMs: achievedMs, achievedMs, coldConnectionMs: 0 })
const wifi = readNetwork({ name: 'wifi+far', access: 'wifi', region: 'far' })
const drops = readNetwork({ name: 'lte-drops+near', access: 'lte-drops', region: 'near' })
const users = (changes: Partial<RequestsUnderWay>): number => virtualUsers({ ratePerS: 100, workload: 'reading', delay: delay(50), network: wifi, ...changes })

describe('the load of a cell', () => {
  it('is a share of the capacity, in the steps that k6 takes', () => {
    expect(offeredPerS({ load: 0.1 }, { perS: 333.3333 })).toBe(33.333)
    expect(offeredPerS({ load: 0.1 }, { perS: 0.001 })).toBe(0.001)
  })

  it('has virtual users for what the network and a slow answer hold, within bounds', () => {
    expect(users({})).toBe(105)
    expect(users({ delay: delay(250) })).toBe(125)
    expect(users({ ratePerS: 1 })).toBe(20)
    expect(users({ ratePerS: 100_000 })).toBe(800)
  })

  it('has more of them where a link is cut, or a block is waited for', () => {
    expect(users({ network: drops })).toBeGreaterThanOrEqual(100 * 2)
    expect(users({ workload: 'in-block' })).toBeGreaterThanOrEqual(100 * 2)
  })

  it('is counted by what became of each request', () => {
    const none = new Float64Array()
    const columns = { intendedUs: none, lateUs: none, totalUs: none, parseUs: none, verifyUs: none, appendUs: none, promiseUs: none, serverUs: none }
    expect(countsOf({ ...columns, outcome: Uint8Array.from([0, 0, 3, 1].map((at) => at % outcomes.length)) })).toEqual({ accepted: 2, refused: 1, failed: 0, late: 1 })
  })
})
