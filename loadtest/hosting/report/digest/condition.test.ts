import { describe, expect, it } from 'vitest'
import { knownPart, syntheticPlan, syntheticRun } from '../syntheticRun.fixture.ts'
import { conditionsOf } from './condition.ts'

describe('a condition', () => {
  it('is not measured while one of its repetitions is missing', () => {
    const conditions = conditionsOf(syntheticRun({ missing: ({ placement, load, repetition }) => placement === 'cloud' && load === 0.5 && repetition === 3 }))
    const states = conditions.filter(({ placement, load }) => placement === 'cloud' && load === 0.5).map(({ state, cells }) => [state, cells.length])
    expect(states).toEqual([['not measured', 2], ['not measured', 2]])
  })

  it('of the plan is there even when nothing of it was measured', () => {
    const conditions = conditionsOf(syntheticRun({ missing: () => true }))
    expect(conditions).toHaveLength(4 * 2 * 4)
    expect(new Set(conditions.map(({ state }) => state))).toEqual(new Set(['not measured']))
  })

  it('past saturation is unsteady, below it steady', () => {
    const conditions = conditionsOf(syntheticRun())
    expect(new Set(conditions.filter(({ load }) => load > 1).map(({ state }) => state))).toEqual(new Set(['unsteady']))
    expect(new Set(conditions.filter(({ load }) => load < 1).map(({ state }) => state))).toEqual(new Set(['steady']))
  })

  it('may have one unsteady repetition in six, not two', () => {
    const plan = syntheticPlan([{ ...knownPart, placements: ['fog-1'], networks: ['wired+near'], loads: [0.5], repetitions: 6 }])
    const withUnsteady = (count: number): string | undefined => conditionsOf(syntheticRun({ growthMsPerS: ({ repetition }) => (repetition <= count ? 100 : 0) }, plan))[0]?.state
    expect([withUnsteady(1), withUnsteady(2)]).toEqual(['steady', 'unsteady'])
  })

  it('takes the larger number of repetitions where parts of the plan overlap', () => {
    const plan = syntheticPlan([{ ...knownPart, repetitions: 2 }, { ...knownPart, repetitions: 3 }])
    expect(conditionsOf(syntheticRun({ missing: () => true }, plan)).every(({ planned }) => planned === 3)).toBe(true)
  })
})
