import { describe, expect, it } from 'vitest'
import type { Condition } from '../digest/condition.ts'
import { Digest } from '../digest/digest.ts'
import { duelsOf } from '../digest/duel.ts'
import { svg, type Figure } from '../svg/figure.ts'
import { fileInk } from '../svg/ink.ts'
import { textWidth } from '../svg/legend.ts'
import { crossoverColours } from '../svg/palette.ts'
import { syntheticRun, type Behaviour } from '../syntheticRun.fixture.ts'
import { curveOf } from './curve.ts'
import { crossoverMap } from './crossoverMap.ts'
import { fileName } from './fileName.ts'
import { latencyCurves } from './latencyCurves.ts'
import { mainPicture } from './mainPicture.ts'
import { anchoredStack, promisedStack } from './partsStack.ts'

const family = { writeMode: 'batched', workload: 'reading' } as const

function digestOf(changes: Partial<Behaviour> = {}): Digest {
  return new Digest(syntheticRun(changes))
}

function drawn(figure: Figure | undefined): string {
  if (figure === undefined) throw new Error('no picture')
  return svg(figure, fileInk).text
}

function mapOf(changes: Partial<Behaviour> = {}): string {
  const duel = duelsOf(digestOf(changes)).find(({ fog, rival, basis }) => fog === 'fog-0.25' && rival === 'cloud' && basis === 'as busy')
  return drawn(duel && crossoverMap(duel))
}

/** Marks of a state in all panels. */
function count(picture: string, state: Condition['state'] | 'absent'): number {
  return picture.split(`<g class="${state}">`).length - 1
}

/** Of the legend: one per placement, from side to side. */
const sampleLines = [2, 2, 2, 2]

function pointsOfLines(picture: string): number[] {
  return (picture.match(/<path d="[^"]*" fill="none"/g) ?? []).map((line) => (line.match(/[ML]/g) ?? []).length)
}

describe('a latency curve', () => {
  it('joins steady points only', () => {
    const picture = drawn(latencyCurves(digestOf(), family, 'wired+near'))
    // Four placements × three percentiles × two axes, each through 10 %, 50 % and 80 %.
    expect(pointsOfLines(picture)).toEqual([...sampleLines, ...Array.from({ length: 24 }, () => 3)])
    // What is not steady at 120 % is far above the scale of the others.
    expect(count(picture, 'absent')).toBe(24)
    expect(picture).toMatch(/<g class="absent"><title>cloud at 120 %: [^<]*, not steady<\/title><text[^>]*>↑</)
  })

  it('does not bridge what was not measured, and says so', () => {
    const picture = drawn(latencyCurves(digestOf({ missing: ({ placement, load }) => placement === 'cloud' && load === 0.5 }), family, 'wired+near'))
    expect(pointsOfLines(picture)).toEqual([...sampleLines, ...Array.from({ length: 18 }, () => 3)])
    expect(picture.match(/>×<\/text>/g)).toHaveLength(6 + 1)
    expect(picture).toContain('cloud at 50 %: not measured (0 of 3 repetitions)')
  })

  it('says where a percentile was not reached', () => {
    const digest = digestOf({ refusedShare: ({ placement }) => (placement === 'cloud' ? 0.2 : 0) })
    const cloud = digest.conditions.filter(({ placement, network }) => placement === 'cloud' && network === 'wired+near')
    expect(curveOf(cloud, 0.95, digest).map(({ text }) => text).slice(0, 1)).toEqual(['not reached: too many requests were never accepted'])
    expect(drawn(mainPicture(digest, family))).toContain('>↑</text>')
  })

  it('shows an unsteady point within the scale as a hollow mark that no line joins', () => {
    const picture = drawn(latencyCurves(digestOf({ growthMsPerS: ({ placement, load }) => (placement === 'cloud' && load === 0.8 ? 0.5 : 0) }), family, 'wired+near'))
    expect(count(picture, 'unsteady')).toBe(6)
    expect(picture).toMatch(/<g class="unsteady"><title>cloud at 80 %[^<]*not steady<\/title><line [^>]*><\/line><path [^>]*fill="#ffffff"/)
    // Three lines of four points and the cloud's of two, on each panel; its point at 120 % stands behind the gap alone.
    expect(pointsOfLines(picture).slice(sampleLines.length).filter((points) => points === 2)).toHaveLength(6)
  })

  it('has its interval around each value', () => {
    const digest = digestOf()
    for (const { estimate } of curveOf(digest.conditions.filter(({ placement }) => placement === 'fog-1'), 0.95, digest)) {
      expect(estimate !== undefined && estimate.low <= estimate.value && estimate.value <= estimate.high).toBe(true)
    }
  })
})

describe('a crossover map', () => {
  const all = (part: Readonly<Record<string, string>>): string[] => Object.values(part)

  it('draws computed values as areas in colours that no measured mark has', () => {
    expect(all(crossoverColours.measured).filter((colour) => all(crossoverColours.computed).includes(colour))).toEqual([])
    const groups = mapOf().match(/<g><title>(measured|computed),[^<]*<\/title><\w+[^>]*>/g) ?? []
    const [measured, computed] = ['measured', 'computed'].map((kind) => groups.filter((group) => group.includes(`<title>${kind},`)))
    expect(measured?.length).toBe(8)
    expect(measured?.every((group) => !group.includes('<rect') && all(crossoverColours.computed).every((colour) => !group.includes(colour)))).toBe(true)
    // 0, 1, 2, 5, 10, 20 and 50 ms at four loads.
    expect(computed?.length).toBe(28)
    expect(computed?.every((group) => group.includes('<rect') && all(crossoverColours.measured).every((colour) => !group.includes(colour)))).toBe(true)
  })

  it('says who is faster without colour', () => {
    const picture = mapOf()
    expect(picture).toMatch(/computed, 0 ms, from wired\+near: cloud is faster by 4\.\d+ ms[^<]*<\/title><rect[^>]*><\/rect><text[^>]*>C 4\.\d+<\/text>/)
    expect(picture).toMatch(/measured, lte\+far, fog at 80 %: fog-0\.25 is faster by 55\.\d ms/)
  })

  it('hatches what the interval does not decide', () => {
    const repetitionMs = ({ placement, repetition }: { placement: string; repetition: number }): number => (placement === 'cloud' ? 0 : 2) + repetition * 3
    expect(mapOf({ serviceMs: () => 3, repetitionMs })).toMatch(/computed, 2 ms, from wired\+near: not decided[^<]*<\/title><rect[^>]*fill="url\(#crossover-fog-0\.25-cloud-batched-reading-as-busy-hatch\)"/)
  })

  it('computes nothing from what is not steady', () => {
    expect(mapOf({ growthMsPerS: () => 200 }).match(/nothing to compute from/g)).toHaveLength(28)
  })
})

describe('a stack of parts', () => {
  it('fills the whole', () => {
    const picture = drawn(promisedStack(digestOf(), family))
    const [bar] = picture.match(/<g>(<rect x="[^"]*" y="[^"]*" width="[^"]*" height="14"[^>]*><title>[^<]*<\/title><\/rect>)+<\/g>/g) ?? []
    const widths = [...(bar ?? '').matchAll(/ width="([^"]*)"/g)].map(([, width]) => Number(width))
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(480, 0)
  })

  it('shows what no part names', () => {
    const run = syntheticRun()
    const shorter = { ...run, blocks: run.blocks.map((block) => ({ ...block, cells: block.cells.map((cell) => ({ ...cell, anchored: [{ totalUs: 1_000_000, parts: [100_000, 0, 0, 0, 400_000, 200_000, 100_000] }] })) })) }
    expect(drawn(anchoredStack(new Digest(run), family))).not.toContain('named by no step')
    expect(drawn(anchoredStack(new Digest(shorter), family))).toContain('<title>named by no step: 20 %</title>')
  })

  it('is pale where its parts do not add up', () => {
    expect(drawn(promisedStack(digestOf(), family))).not.toContain('parts do not add up')
    expect(drawn(promisedStack(digestOf({ unnamedShare: 0.5 }), family))).toContain('parts do not add up')
  })
})

describe('every picture', () => {
  const digest = digestOf({ missing: ({ placement, load }) => placement === 'gateway' && load === 0.1 })
  const pictures = [mainPicture(digest, family), latencyCurves(digest, family, 'lte+far'), promisedStack(digest, family), anchoredStack(digest, family), ...duelsOf(digest).map(crossoverMap)].flatMap((picture) => picture ?? [])

  it('keeps its texts inside, and no two of them on each other', () => {
    for (const picture of pictures) {
      const boxes = textBoxes(drawn(picture))
      for (const box of boxes) expect.soft(box.left >= 0 && box.right <= picture.width && box.top >= 0 && box.bottom <= picture.height, `${picture.id}: "${box.text}" is outside`).toBe(true)
      for (const [index, box] of boxes.entries()) for (const other of boxes.slice(index + 1)) expect.soft(overlap(box, other), `${picture.id}: "${box.text}" is on "${other.text}"`).toBe(false)
    }
  })

  it('has a name that is a file name, and differs from all others', () => {
    const names = pictures.map(({ id }) => id)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z0-9._-]+$/)
    expect(fileName('../a', 'B+c')).toBe('.._x2fa-_x42_c')
  })
})

interface Box {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Where texts stand, as far as that can be told without a browser: by the width that the legend reckons with, a little narrower, as letters are in the mean. */
function textBoxes(picture: string): Box[] {
  return [...picture.matchAll(/<text x="([^"]*)" y="([^"]*)"([^>]*)>([^<]*)<\/text>/g)].map(([, x, y, rest = '', text = '']) => {
    const size = Number(/font-size="([^"]*)"/.exec(rest)?.[1] ?? 11)
    const width = textWidth(text.replaceAll(/&\w+;|&#\d+;/g, '.'), size) * 0.85
    const anchor = /text-anchor="(\w+)"/.exec(rest)?.[1]
    const left = Number(x) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0)
    return { text, left, right: left + width, top: Number(y) - size * 0.75, bottom: Number(y) + size * 0.2 }
  })
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5
}
