import { describe, expect, it } from 'vitest'
import { knownPart, syntheticPlan, syntheticRun, type Behaviour } from '../syntheticRun.fixture.ts'
import { breakEven } from './breakEven.ts'
import { computedAt, gridOf } from './computedDelay.ts'
import { Digest } from './digest.ts'
import { duelsOf, type Basis, type Duel } from './duel.ts'

function duel(fog: string, basis: Basis = 'as busy', changes: Partial<Behaviour> = {}): Duel {
  const found = duelsOf(new Digest(syntheticRun(changes, syntheticPlan([{ ...knownPart, placements: [fog, 'cloud'] }])))).find((one) => one.fog === fog && one.rival === 'cloud' && one.basis === basis)
  if (found === undefined) throw new Error('no such duel')
  return found
}

function kinds({ points }: Duel, network: string): string[] {
  return points.filter((point) => point.network === network).map(({ load, verdict }) => `${load} ${verdict.kind}`)
}

describe('a duel', () => {
  it('is won by the fog where its p95 is lower, and lost where it is higher', () => {
    expect(kinds(duel('fog-0.25'), 'wired+near')).toEqual(['0.1 fog', '0.5 fog', '0.8 rival', '1.2 unsteady'])
    expect(kinds(duel('fog-0.25'), 'lte+far')).toEqual(['0.1 fog', '0.5 fog', '0.8 fog', '1.2 unsteady'])
  })

  it('says by how much, with an interval that holds it', () => {
    const verdict = duel('fog-0.25').points.find(({ network, load }) => network === 'wired+near' && load === 0.8)?.verdict
    // Cloud 1 + 2 + 3 × 1.0475, fog 1 + 7.4 × 1.0475: p95 of a spread of 5 %.
    expect(verdict).toMatchObject({ kind: 'rival', byMs: expect.closeTo(-2.6, 1) })
    if (verdict !== undefined && 'byMs' in verdict) expect(verdict.lowMs <= verdict.byMs && verdict.byMs <= verdict.highMs).toBe(true)
  })

  it('is not decided where repetitions differ more than the placements do', () => {
    const changes = { serviceMs: () => 3, repetitionMs: ({ placement, repetition }: { placement: string; repetition: number }) => (placement === 'cloud' ? 0 : 2) + repetition * 3 }
    expect(kinds(duel('fog-1', 'as busy', changes), 'wired+near').slice(0, 3)).toEqual(['0.1 undecided', '0.5 undecided', '0.8 undecided'])
  })

  it('has no verdict where one side was not measured', () => {
    const missing = ({ placement, load }: { placement: string; load: number }): boolean => placement === 'cloud' && load === 0.5
    expect(kinds(duel('fog-1', 'as busy', { missing }), 'lte+far')).toContain('0.5 not measured')
  })

  it('against a rival that is nearly idle holds each load against its lowest one', () => {
    expect(new Set(duel('fog-1', 'idle').points.map(({ rivalLoad }) => rivalLoad))).toEqual(new Set([0.1]))
  })
})

describe('a delay that was not measured', () => {
  it('adds its difference to the nearest measured one', () => {
    const of = duel('fog-0.25')
    const measured = of.points.find(({ network, load }) => network === 'wired+near' && load === 0.8)
    const computed = computedAt(of, 0.8, 5)
    if (measured === undefined || computed === undefined || !('byMs' in measured.verdict)) throw new Error('not computed')
    expect(computed.from).toBe('wired+near')
    expect(computed.verdict.byMs - measured.verdict.byMs).toBeCloseTo(5 - 2)
    expect(computed.verdict.kind).toBe('fog')
  })

  it('is not computed from what is unsteady, nor beyond the longest measured one', () => {
    expect(computedAt(duel('fog-0.25'), 1.2, 5)).toBeUndefined()
    expect(Math.max(...gridOf(duel('fog-0.25')))).toBeLessThanOrEqual(60)
  })
})

describe('a network that is measured at one load only', () => {
  const ladder = { ...knownPart, placements: ['fog-1', 'cloud'] }
  const plan = syntheticPlan([{ ...ladder, networks: ['wired+near'] }, { ...ladder, networks: ['lte+far'], loads: [0.5] }])
  const [of] = duelsOf(new Digest(syntheticRun({}, plan)))

  it('has its verdict', () => {
    expect(of === undefined ? [] : kinds(of, 'lte+far')).toEqual(['0.5 fog'])
  })

  it('is not computed from', () => {
    expect(of && computedAt(of, 0.5, 50)?.from).toBe('wired+near')
  })
})

describe('the meeting point', () => {
  it('is the delay at which the difference is used up', () => {
    const meeting = breakEven(duel('fog-0.25'), 0.8)
    expect(meeting).toMatchObject({ kind: 'at', delayMs: expect.closeTo(4.6, 1) })
    if (meeting.kind === 'at') expect(meeting.lowMs <= meeting.delayMs && meeting.delayMs <= meeting.highMs).toBe(true)
  })

  it('is nowhere where the fog is always faster, or always slower', () => {
    expect(breakEven(duel('fog-1'), 0.5)).toEqual({ kind: 'fog always' })
    const slow = { serviceMs: ({ placement }: { placement: string }): number => (placement.startsWith('fog') ? 100 : 3) }
    expect(breakEven(duel('fog-1', 'as busy', slow), 0.5)).toEqual({ kind: 'rival always' })
  })

  it('is not decided where nothing steady was measured', () => {
    expect(breakEven(duel('fog-1'), 1.2)).toEqual({ kind: 'not decided' })
  })

  it('of two measured delays that disagree lies between them', () => {
    const serviceMs = ({ placement, network }: { placement: string; network: string }): number => (placement === 'cloud' ? 3 : network === 'lte+far' ? 10 : 60)
    expect(breakEven(duel('fog-1', 'as busy', { serviceMs }), 0.5)).toEqual({ kind: 'between', lowMs: 2, highMs: 60 })
  })
})
