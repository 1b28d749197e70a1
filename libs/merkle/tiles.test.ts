import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entriesPath, parseTilePath, resourcePath, tilePath, tilesBetween, tilesOf, tileWidth, type Tile } from './tiles.ts'
import { tiles } from './vectors.fixture.ts'

const outOfRange = expect.objectContaining({ code: 'out-of-range' })
const pathOf = ({ level, index, width }: Tile) => tilePath(level, index, width)

describe('paths', () => {
  it.each(tiles.accepted)('$path stands for one resource, and the other way round', ({ path, resource }) => {
    expect(parseTilePath(path)).toEqual({ ok: true, value: resource })
    expect(resourcePath(resource)).toBe(path)
  })

  it.each(tiles.refused)('refuses $path: $why', ({ path, problem }) => {
    expect(parseTilePath(path)).toEqual({ ok: false, problem })
  })

  it('come back from every tile', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ ok: true, value: { kind: 'hashes', level, index, width } })
        expect(parseTilePath(entriesPath(index, width))).toEqual({ ok: true, value: { kind: 'entries', index, width } })
      }),
    )
  })

  it('that parse are written again as they were', () => {
    const element = fc.constantFrom('000', '001', '067', 'x000', 'x001', 'x999', '1000', '.p', '0', '1', '256', 'entries')
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), fc.constantFrom('', '.p/1', '.p/255', '.p/0', '.p/256'), (elements, partial) => {
        const path = `tile/${elements.join('/')}${partial}`
        const parsed = parseTilePath(path)
        return !parsed.ok || resourcePath(parsed.value) === path
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([[64, 0, 1], [-1, 0, 1], [0, -1, 1], [0, 0.5, 1], [0, 2 ** 53, 1], [0, 0, 0], [0, 0, 257], [Number.NaN, 0, 1]])('are not made for level %d, index %d, width %d', (level, index, width) => {
    expect(() => tilePath(level, index, width)).toThrow(outOfRange)
  })
})

describe('the tiles of a tree', () => {
  it.each(tiles.treeSizes)('of size $size are those of the specification', ({ size, tiles: paths }) => {
    expect([...tilesOf(size)].map(pathOf)).toEqual(paths)
  })

  it('of size 70,000 are those of the specification', () => {
    const paths = [...tilesOf(70_000)].map(pathOf)
    const fullLevel0 = Array.from({ length: tiles.tree70000.level0Full }, (_, index) => tilePath(0, index))
    expect(paths).toEqual([...fullLevel0, ...tiles.tree70000.rest])
  })

  it('have the width that C2SP defines: floor(size / 256^level) hashes in all', () => {
    fc.assert(
      fc.property(fc.nat(300_000), (size) => {
        const hashes = [0, 0, 0]
        for (const { level, index, width } of tilesOf(size)) {
          hashes[level] = (hashes[level] ?? 0) + width
          expect(tileWidth(level, index, size)).toBe(width)
        }
        expect(hashes).toEqual([size, Math.floor(size / 256), Math.floor(size / 65_536)])
      }),
      { numRuns: 30 },
    )
  })

  it('that are new after growth are those that the smaller tree had not', () => {
    fc.assert(
      fc.property(fc.nat(140_000), fc.nat(2_000), (oldSize, more) => {
        const had = new Set([...tilesOf(oldSize)].map(pathOf))
        const expected = [...tilesOf(oldSize + more)].map(pathOf).filter((path) => !had.has(path))
        expect([...tilesBetween(oldSize, oldSize + more)].map(pathOf)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('of a far larger tree are listed without walking it', () => {
    const size = 2 ** 52 + 1
    expect([...tilesBetween(size - 1, size)]).toEqual([{ level: 0, index: 2 ** 44, width: 1 }])
  })

  it('do not shrink', () => {
    expect(() => [...tilesBetween(2, 1)]).toThrow(outOfRange)
  })
})
