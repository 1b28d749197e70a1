import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TemporaryFolder } from '@brume/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RESULTS_VERSION } from '../model/index.ts'
import { BadResults, readRun, RunFolder } from './index.ts'
import { blockOf, cellOf, machine, now, plan, requestsOf } from './run.fixture.ts'

let temporary: TemporaryFolder
let folder: string
beforeEach(() => {
  temporary = new TemporaryFolder()
  folder = join(temporary.path, 'run')
})
afterEach(() => temporary[Symbol.dispose]())

const open = (options: Partial<Parameters<typeof RunFolder.open>[1]> = {}): RunFolder => RunFolder.open(folder, { plan, machine, now, ...options })
const requests = requestsOf({ medianUs: 40_000, seed: 1 })
const block = blockOf('fog-1', 1, [cellOf('fog-1', 1, requests)])

it('keeps blocks, and gives them back', () => {
  const run = open()
  run.write(block, [requests])
  expect(run.finished(block.id)).toBe(true)
  expect(run.finished('cloud.batched.r1')).toBe(false)
  const read = readRun(folder)
  expect(read.facts).toEqual({ version: RESULTS_VERSION, plan, machine, startedAt: now })
  expect(read.blocks[0]?.capacities).toEqual(block.capacities)
  expect(read.blocks.map(({ id }) => id)).toEqual([block.id])
  expect(read.blocks[0]?.cells[0]?.counts).toEqual(block.cells[0]?.counts)
  const { totalUs } = read.blocks[0]?.cells[0]?.requests ?? { totalUs: new Float64Array() }
  expect(requests.totalUs.every((us, at) => Number.isNaN(us) ? Number.isNaN(totalUs[at]) : Math.abs((totalUs[at] ?? 0) / us - 1) <= 0.005)).toBe(true)
  expect(read.blocks[0]?.cells[0]?.anchored).toEqual([{ totalUs: 1_234_568, parts: [20_000, 170, 2_500, 30_000, 900_000, 200_000, 81_897] }])
})

it('goes on with what is finished, and removes what a killed run left half-written', () => {
  const run = open()
  run.write(block, [requests])
  writeFileSync(join(folder, 'blocks', 'cloud.batched.r1.json.tmp'), '{"half')
  const again = open({ now: '2026-05-05T10:00:00.000Z' })
  expect([again.finished(block.id), again.facts.startedAt]).toEqual([true, now])
  expect(readdirSync(join(folder, 'blocks')).toSorted()).toEqual(['fog-1.batched.r1.columns.zst', 'fog-1.batched.r1.json'])
})

it('has no block whose result was not written yet', () => {
  const run = open()
  writeFileSync(join(folder, 'blocks', `${block.id}.columns.zst`), 'of a run that was killed between the two')
  expect(run.finished(block.id)).toBe(false)
  expect(readRun(folder).blocks).toEqual([])
})

describe('writes nothing', () => {
  it.each([
    ['that could not be read back', { ...block, cells: block.cells.map((cell) => ({ ...cell, generatorCpuShare: Number.NaN })) }, [requests], 'block fog-1.batched.r1 is not written, because it could not be read back'],
    ['without the columns of each cell', block, [], 'block fog-1.batched.r1 has 1 cells, but columns of 0'],
    ['outside its folder', { ...block, id: '../run' }, [requests], '../run cannot be a file name'],
  ])('%s', (_, wrong, columns, message) => {
    const run = open()
    expect(() => run.write(wrong, columns)).toThrow(message)
    expect(readdirSync(join(folder, 'blocks'))).toEqual([])
    expect(existsSync(join(folder, 'run.json'))).toBe(true)
  })
})

describe('is not gone on with', () => {
  beforeEach(() => void open())
  const message = (attempt: () => unknown): string => {
    try {
      attempt()
    } catch (error) {
      if (error instanceof BadResults) return error.message.replaceAll(folder, 'FOLDER')
      throw error
    }
    throw new Error('it was not refused')
  }

  it('by another plan', () => {
    expect(message(() => open({ plan: { ...plan, seed: 8, measuredS: 9 } }))).toMatchInlineSnapshot(`"FOLDER holds a run of another plan (some): seed, measuredS differ; give another folder, or that plan"`)
  })

  it('by another commit or other programs, unless somebody asks for it, which is noted', () => {
    const other = { ...machine, commit: '13e69b6', versions: { ...machine.versions, k6: '1.9.0' } }
    expect(message(() => open({ machine: other }))).toMatchInlineSnapshot(`"FOLDER cannot be gone on with as one run: commit a6a9eed there, 13e69b6 here; k6 1.8.1 there, 1.9.0 here. Give another folder, or ask for it nevertheless"`)
    expect(open({ machine: other, evenIfOther: true }).facts.resumed).toEqual([{ at: now, machine: other }])
    expect(open({ machine: other }).facts.resumed).toHaveLength(1)
    expect(message(() => open())).toContain('commit 13e69b6 there, a6a9eed here')
  })

  it('by the same commit with changes', () => {
    expect(message(() => open({ machine: { ...machine, dirty: true } }))).toContain('commit a6a9eed there, a6a9eed with changes here')
  })

  it('when it is of another version', () => {
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ version: 3 }))
    expect(message(() => open())).toMatchInlineSnapshot(`"FOLDER/run.json is of version 3; this program knows version 2: use the commit that made it, or measure anew into another folder"`)
    expect(message(() => readRun(folder))).toContain('is of version 3')
  })
})

it('does not begin among files of something else', () => {
  writeFileSync(join(temporary.path, 'letter.txt'), '')
  expect(() => RunFolder.open(temporary.path, { plan, machine, now })).toThrow('is not a folder of results: it has no run.json, but letter.txt')
  expect(existsSync(join(temporary.path, 'blocks'))).toBe(false)
  expect(() => readRun(temporary.path)).toThrow('is not a folder of results: it has no run.json')
})

describe('a file that is not whole is refused', () => {
  const cut = (name: string): string => {
    const file = join(folder, name)
    truncateSync(file, Math.floor(readFileSync(file).length / 2))
    return file
  }

  it.each([
    ['run.json', 'cannot be read'],
    [`blocks/${block.id}.json`, 'cannot be read'],
    [`blocks/${block.id}.columns.zst`, `cannot be read: unexpected end of file. Remove the files of block ${block.id} and resume the run to measure it again`],
  ])('%s', (name, message) => {
    open().write(block, [requests])
    const file = cut(name)
    expect(() => readRun(folder)).toThrow(`${file} ${message}`)
  })
})
