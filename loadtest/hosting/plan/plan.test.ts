import { repositoryRoot } from '@brume/testing'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cellId, type Plan } from '../model/index.ts'
import { blocksOf, cellsOf } from './blocksOf.ts'
import { costsS, estimatedS, minutes } from './estimate.ts'
import { parsePlan } from './parsePlan.ts'
import { knownNetworks, samplePlan } from './plan.fixture.ts'
import { planText } from './planText.ts'

const parsed = (plan: unknown): Plan => parsePlan(JSON.stringify(plan), 'sample.json', knownNetworks)
const [part] = samplePlan().matrix

describe('a plan file', () => {
  it('is read as it stands', () => {
    expect(parsed(samplePlan())).toEqual(samplePlan())
  })

  it.each([
    ['a placement', samplePlan({ matrix: [{ ...part, placements: ['fog-2'] } as Plan['matrix'][0]] }), 'placement fog-2 is not known; there are fog-1, cloud'],
    ['a network', samplePlan({ matrix: [{ ...part, networks: ['lte+far'] } as Plan['matrix'][0]] }), 'network lte+far is not known; there are wifi+far, wired-lan+near'],
    ['an access profile', samplePlan({ networks: [{ name: 'wifi+far', access: 'dialup', region: 'far' }] }), 'access profile dialup is not known; there are wired-lan, wifi'],
    ['a region profile', samplePlan({ networks: [{ name: 'wifi+far', access: 'wifi', region: 'moon' }] }), 'region profile moon is not known; there are near, far'],
    ['a workload', { ...samplePlan(), matrix: [{ ...part, workload: 'writes' }] }, 'matrix[0].workload'],
  ])('that names %s that is not there is refused with those that are', (_, plan, words) => {
    expect(() => parsed(plan)).toThrow(words)
  })

  it('says everything that is wrong at once, and its own name', () => {
    const wrong = samplePlan({ measuredS: 7, networks: [{ name: 'wifi+far', access: 'dialup', region: 'moon' }] })
    expect(() => parsed(wrong)).toThrow(/^sample\.json.*dialup.*moon.*wired-lan\+near is not known.*measuredS: at least 8/s)
  })

  it('that is no JSON is refused', () => {
    expect(() => parsePlan('{', 'broken.json', knownNetworks)).toThrow(/^broken\.json is no plan/)
  })

  it('may measure for shorter only as a trial', () => {
    expect(parsed(samplePlan({ measuredS: 2, trial: true })).trial).toBe(true)
    expect(() => parsed(samplePlan({ measuredS: 2 }))).toThrow('unless the plan is a trial')
  })

  it('may not have one cell in two parts, or two placements of one name', () => {
    const { matrix, placements } = samplePlan()
    expect(() => parsed(samplePlan({ matrix: [...matrix, ...matrix] }))).toThrow('the matrix has twice: fog-1, wifi+far, batched, reading, load 0.1')
    expect(() => parsed(samplePlan({ placements: [...placements, ...placements] }))).toThrow('fog-1: there are two of that name')
  })

  it('has in-block on direct chains only', () => {
    expect(() => parsed({ ...samplePlan(), matrix: [{ ...part, workload: 'in-block' }] })).toThrow('in-block is for direct chains only')
  })
})

describe('the blocks of a plan', () => {
  it('have every cell once, each in the block of its placement, write mode and repetition', () => {
    const blocks = blocksOf(samplePlan())
    expect(blocks.map(({ id }) => id).toSorted()).toEqual(['cloud', 'fog-1'].flatMap((placement) => ['batched', 'direct'].flatMap((mode) => [1, 2, 3].map((at) => `${placement}.${mode}.r${at}`))))
    expect(blocks.flatMap(({ cells }) => cells.map(cellId)).toSorted()).toEqual(cellsOf(samplePlan()).map(cellId).toSorted())
    for (const { placement, writeMode, repetition, cells } of blocks) for (const cell of cells) expect(cell).toMatchObject({ placement: placement.name, writeMode, repetition })
  })

  it('come repetition by repetition, so that every placement is measured early and late', () => {
    expect(blocksOf(samplePlan()).map(({ repetition }) => repetition)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
  })

  it('and their cells have the same random order for the same seed, and another for another', () => {
    const order = (seed: number): string[] => blocksOf(samplePlan({ seed })).flatMap(({ cells }) => cells.map(cellId))
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
    const [one, ...others] = blocksOf(samplePlan()).map(({ cells }) => cells.map(({ network, load }) => `${network} ${load}`).join())
    expect(others.some((other) => other !== one)).toBe(true)
  })
})

describe('the estimate', () => {
  it('is of blocks, where a workload more costs its capacity and its cell', () => {
    const [block] = blocksOf(samplePlan())
    const [cell] = block?.cells ?? []
    if (block === undefined || cell === undefined) throw new Error('the plan is empty')
    const more = estimatedS(samplePlan(), { ...block, cells: [...block.cells, { ...cell, workload: 'proof', load: 0.5 }] }) - estimatedS(samplePlan(), block)
    const { warmUpS, measuredS } = samplePlan()
    expect(more).toBeCloseTo(warmUpS + measuredS + costsS.cell + costsS.capacity)
    expect(minutes(samplePlan(), [block, block])).toBeCloseTo((2 * estimatedS(samplePlan(), block)) / 60)
  })

  it('is printed with every block and cell', () => {
    const text = planText(samplePlan({ leftOut: [{ what: 'lte', why: 'no time' }] }), blocksOf(samplePlan()))
    for (const cell of cellsOf(samplePlan())) expect(text).toContain(cellId(cell))
    expect(text).toContain('lte: no time')
    expect(text).toMatch(/plan sample, seed 1: 48 cells in 12 blocks, .* about \d+ min$/)
  })
})

describe('the plans of the repository', () => {
  const planOf = (name: string): Plan => JSON.parse(readFileSync(join(repositoryRoot(), `loadtest/plans/${name}.json`), 'utf8'))
  const profiles = { access: ['wired-lan', 'wifi', 'lte', '5g', 'lte-drops'], region: ['near', 'far', 'intercontinental'] }

  it.each([['quick', 10], ['full', 120]])('%s takes at most %i minutes by its own estimate, and can be run', (name, most) => {
    const plan = parsePlan(JSON.stringify(planOf(name)), `${name}.json`, profiles)
    expect(minutes(plan, blocksOf(plan))).toBeLessThanOrEqual(most)
  })

  it('full has at least 3 placements × 3 networks × 2 write modes × 4 loads × 6 repetitions of single readings, and every workload', () => {
    const { matrix } = planOf('full')
    const whole = matrix.find(({ workload, placements, networks, writeModes, loads, repetitions }) =>
      workload === 'reading' && placements.length >= 3 && networks.length >= 3 && writeModes.length === 2 && loads.length >= 4 && repetitions >= 6)
    expect(whole).toBeDefined()
    expect(new Set(matrix.map(({ workload }) => workload)).size).toBe(6)
  })
})
