import fc from 'fast-check'
import { expect, it } from 'vitest'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { RequestColumns } from '../model/index.ts'
import { decodeColumns, encodeColumns } from './columnsFile.ts'
import { mean } from '../statistics/index.ts'
import { columnNames } from './residuals.ts'
import { requestsOf } from './run.fixture.ts'

const MEGABYTE = 1_000_000
const time = fc.oneof(fc.integer({ min: 0, max: 60_000_000 }), fc.constant(Number.NaN))
const row = fc.record({ intendedUs: fc.integer({ min: 0, max: 600_000_000 }), lateUs: time, totalUs: time, parseUs: time, verifyUs: time, appendUs: time, promiseUs: time, serverUs: time, outcome: fc.nat(3) })
const columns = fc.array(row, { maxLength: 60 }).map((rows): RequestColumns => {
  const of = (name: Exclude<keyof RequestColumns, 'outcome'>): Float64Array => Float64Array.from(rows, (one) => one[name])
  return {
    intendedUs: of('intendedUs'), lateUs: of('lateUs'), totalUs: of('totalUs'), parseUs: of('parseUs'), verifyUs: of('verifyUs'), appendUs: of('appendUs'), promiseUs: of('promiseUs'), serverUs: of('serverUs'),
    outcome: Uint8Array.from(rows, ({ outcome }) => outcome),
  }
})

const written = (cells: readonly { id: string; columns: RequestColumns }[]) => decodeColumns(encodeColumns('block', cells))
const sizeAt = (of: RequestColumns, at: number): number => columnNames.reduce((sum, name) => sum + (Math.abs(of[name][at] ?? 0) || 0), 0)

it('reads back what was written, whatever is missing in it: once rounded, exactly', () => {
  fc.assert(fc.property(fc.array(columns, { maxLength: 4 }), (cells) => {
    const named = cells.map((of, at) => ({ id: `cell ${at}`, columns: of }))
    const once = written(named)
    expect(once.cells.map(({ id, columns: of }) => [id, of.intendedUs, of.outcome])).toEqual(named.map(({ id, columns: of }) => [id, of.intendedUs, of.outcome]))
    expect(written(once.cells)).toEqual(once)
    for (const [which, { columns: of }] of named.entries()) {
      for (const name of columnNames) expect(of[name].every((us, at) => close(once.cells[which]?.columns[name][at], us, sizeAt(of, at)))).toBe(true)
    }
  }))
})

/** The bound of a sum is one of its parts, which may be larger than itself where one of them is missing or the times make no sense. */
function close(read: number | undefined, us: number, size: number): boolean {
  return Number.isNaN(us) ? Number.isNaN(read) : Math.abs((read ?? Number.NaN) - us) <= 0.5 + 0.005 * size
}

it('is off by half a µs or half a per cent at most, and not at all in the mean', () => {
  const requests = requestsOf({ medianUs: 40_000, perS: 200, seed: 1 })
  const [cell] = written([{ id: 'cell', columns: requests }]).cells
  for (const name of columnNames) expect(requests[name].every((us, at) => close(cell?.columns[name][at], us, us))).toBe(true)
  const sent = requests.totalUs.filter((us) => !Number.isNaN(us))
  const read = cell?.columns.totalUs.filter((us) => !Number.isNaN(us))
  expect(Math.abs(mean.of(read ?? sent) / mean.of(sent) - 1)).toBeLessThan(0.0001)
})

it('keeps two million requests, as a full run has, within 20 MB, with 4 MB left for the JSON beside them', () => {
  const cells = Array.from({ length: 4 }, (_, at) => ({ id: `cell ${at}`, columns: requestsOf({ medianUs: 40_000, perS: 500, seed: at }) }))
  const requests = cells.reduce((sum, cell) => sum + cell.columns.intendedUs.length, 0)
  expect((encodeColumns('block', cells).length / requests) * 2 * MEGABYTE).toBeLessThan(16 * MEGABYTE)
})

const file = encodeColumns('block', [{ id: 'cell', columns: requestsOf({ medianUs: 40_000, seed: 1 }) }])

it('refuses a file that is cut, wherever', () => {
  for (let size = 0; size < file.length; size += Math.max(1, Math.floor(file.length / 50))) expect(() => decodeColumns(file.subarray(0, size))).toThrow()
})

it('never reads anything else from a file in which a bit has turned over', () => {
  const whole = decodeColumns(file)
  const read = Array.from({ length: file.length }, (_, at) => {
    const damaged = Uint8Array.from(file)
    damaged[at] = (damaged[at] ?? 0) ^ 4
    return orRefused(damaged)
  })
  const passed = read.filter((one) => one !== 'refused')
  // A few bits carry nothing, such as those that fill up the last byte of a stream.
  for (const one of passed) expect(one).toEqual(whole)
  expect(passed.length / file.length).toBeLessThan(0.02)
})

function orRefused(bytes: Uint8Array): ReturnType<typeof decodeColumns> | 'refused' {
  try {
    return decodeColumns(bytes)
  } catch {
    return 'refused'
  }
}

it('refuses what is compressed well, but is not of its form', () => {
  const raw = zstdDecompressSync(file)
  expect(() => decodeColumns(zstdCompressSync(Buffer.from('something else')))).toThrow('it does not begin like a file of columns')
  expect(() => decodeColumns(zstdCompressSync(raw.subarray(0, -1)))).toThrow('the file ends within a column')
  expect(() => decodeColumns(zstdCompressSync(Buffer.concat([raw, Buffer.alloc(3)])))).toThrow('3 bytes follow the last column')
})

it('refuses columns of different lengths, and times that are none', () => {
  const requests = requestsOf({ medianUs: 1, seed: 1 })
  expect(() => encodeColumns('block', [{ id: 'c', columns: { ...requests, lateUs: new Float64Array(3) } }])).toThrow('c: lateUs has 3 values for 400 requests')
  expect(() => encodeColumns('block', [{ id: 'c', columns: { ...requests, lateUs: requests.lateUs.map(() => Number.POSITIVE_INFINITY) } }])).toThrow('Infinity is no whole number of µs')
})
