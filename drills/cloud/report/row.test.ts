import { describe, expect, it } from 'vitest'
import { failuresOf, type Row } from './row.ts'

const account = { promised: 100, lost: 0, doubled: 0, broken: 0, late: 0, latestMs: 0, reordered: 0 }
const good: Row = { fault: 'x', what: 'x', evidence: 'pid 1 is gone', unavailableMs: 3_000, longestPauseMs: 3_000, refused: { 503: 7 }, blind: { ms: 500, why: '' }, account, wrong: [], durationMs: 1 }

describe('a row of the drill', () => {
  it('is right when nothing is lost, doubled, broken, late or reordered, whatever was refused', () => {
    expect(failuresOf(good, { mayBeLate: false })).toEqual([])
  })

  it.each<[string, Partial<Row>]>([
    ['there is no evidence', { evidence: undefined }],
    ['a part did not come back', { error: 'the broker is not ready' }],
    ['a reading is lost', { account: { ...account, lost: 1 } }],
    ['a reading is doubled', { account: { ...account, doubled: 1 } }],
    ['a promise is broken', { account: { ...account, broken: 1 } }],
    ['readings are reordered', { account: { ...account, reordered: 1 } }],
    ['a promise is late and every part was up', { account: { ...account, late: 1 } }],
    ['nothing was promised, so nothing was shown', { account: { ...account, promised: 0 } }],
    ['a device got an answer that no correct one gets', { wrong: ['409'] }],
    ['it was away longer than this fault may cost', { unavailableMs: 3_001 }],
  ])('has failed when %s', (_why, change) => {
    expect(failuresOf({ ...good, ...change }, { mayBeLate: false, mostUnavailableMs: 3_000 })).toHaveLength(1)
  })

  it('may be late where a part was away', () => {
    expect(failuresOf({ ...good, account: { ...account, late: 9 } }, { mayBeLate: true })).toEqual([])
  })
})
