import { describe, expect, it } from 'vitest'
import { knownPart, syntheticPlan, syntheticRun } from '../syntheticRun.fixture.ts'
import type { Condition } from './condition.ts'
import { Digest } from './digest.ts'

function conditionAt(digest: Digest, placement: string, load: number): Condition {
  const found = digest.conditions.find((one) => one.placement === placement && one.load === load && one.network === 'wired+near')
  if (found === undefined) throw new Error('no such condition')
  return found
}

describe('a digest', () => {
  it('has no percentile where too many requests were refused to reach it', () => {
    const digest = new Digest(syntheticRun({ refusedShare: ({ placement }) => (placement === 'fog-1' ? 0.2 : 0) }))
    const [fog, cloud] = [conditionAt(digest, 'fog-1', 0.5), conditionAt(digest, 'cloud', 0.5)]
    expect(digest.quantileMs(fog, 0.5)?.value).toBeGreaterThan(0)
    expect(digest.quantileMs(fog, 0.95)).toBeUndefined()
    expect(digest.differenceMs(cloud, fog, 0.95)?.value).toBe(Number.NEGATIVE_INFINITY)
    expect(digest.differenceMs(fog, fog, 0.95)).toBeUndefined()
  })

  it('decides nothing from one repetition', () => {
    const digest = new Digest(syntheticRun({}, syntheticPlan([{ ...knownPart, repetitions: 1 }])))
    expect(digest.differenceMs(conditionAt(digest, 'cloud', 0.5), conditionAt(digest, 'fog-1', 0.5), 0.95)).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
  })

  it('knows the share of the network that was put in', () => {
    const digest = new Digest(syntheticRun({ spread: 0, repetitionMs: () => 0 }))
    // 3 ms of delay and 3 ms in the server.
    expect(digest.parts(conditionAt(digest, 'cloud', 0.5))?.networkShare?.value).toBeCloseTo(0.5)
    expect(digest.parts(conditionAt(digest, 'cloud', 0.5))?.parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(6)
  })

  it('sees where the named parts are not the whole', () => {
    const [named, unnamed] = [0.02, 0.2].map((unnamedShare) => new Digest(syntheticRun({ unnamedShare })))
    if (named === undefined || unnamed === undefined) throw new Error('no digests')
    expect(named.parts(conditionAt(named, 'cloud', 0.5))?.addUp.holds).toBe(true)
    expect(unnamed.parts(conditionAt(unnamed, 'cloud', 0.5))?.addUp).toMatchObject({ holds: false, medianError: expect.closeTo(0.1, 2) })
  })
})
