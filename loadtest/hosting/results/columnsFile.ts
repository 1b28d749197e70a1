import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import type { RequestColumns } from '../model/index.ts'
import { codeColumn, decodeColumn, guesses } from './integerColumn.ts'
import { columnNames, columnsOf, residualsOf, type ColumnName, type NumberColumns } from './residuals.ts'
import { atPlace, placeOf } from './threeDigits.ts'

/** The requests of a cell, by its id. */
export interface CellColumns {
  readonly id: string
  readonly columns: RequestColumns
}

/*
 * blocks/<id>.columns.zst: one zstd frame (RFC 8878) with a checksum. In it, little-endian:
 *   8 bytes   BRUMECOL
 *   4 bytes   length of the header
 *   header    JSON: {"form": 1, "block": id, "cells": [[id, requests] …], "columns": {name: [guess, width] …}}
 *   bodies    one per column, in the order of `columnNames`: the values of all cells one after the other, width bytes each (integerColumn.ts)
 * Column by column, not cell by cell, because zstd codes up to 128 KiB with one table, and the values of a column are alike. Times are whole µs of three
 * significant digits, stored as their place among such numbers (threeDigits.ts), intended ones exact to the µs; serverUs and totalUs are stored without what they hold (residuals.ts).
 */
const MAGIC = Buffer.from('BRUMECOL', 'latin1')
const FORM = 1
const HEADER_AT = MAGIC.length + 4
/** The highest of the ordinary ones; a block is a few MB, and takes less than a second. */
const LEVEL = 19
/** A block of 100 cells with 100,000 requests each; a file that claims more is not ours. */
const MOST_BYTES = 1_000_000_000
const WIDEST = 7

const shape = z.tuple([z.enum(guesses), z.int().min(1).max(WIDEST)]).readonly()
const headerSchema = z.strictObject({
  form: z.literal(FORM),
  block: z.string(),
  cells: z.array(z.tuple([z.string(), z.int().min(0)]).readonly()),
  columns: z.record(z.enum(columnNames), shape),
})
type Header = z.infer<typeof headerSchema>

/** @throws RangeError where columns of a cell differ in length, or hold what is neither a number of µs nor NaN */
export function encodeColumns(block: string, cells: readonly CellColumns[]): Uint8Array {
  for (const cell of cells) requireEqualLengths(cell)
  const residuals = cells.map(({ columns }) => residualsOf(columns))
  const coded = forEachColumn((name) => codeColumn(joined(residuals.map((columns) => columns[name])).map(hasDigits(name) ? placeOf : identity)))
  const header: Header = {
    form: FORM,
    block,
    cells: cells.map(({ id, columns }) => [id, columns.intendedUs.length] as const),
    columns: forEachColumn((name) => [coded[name].guess, coded[name].width] as const),
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  const raw = Buffer.concat([MAGIC, length, json, ...columnNames.map((name) => coded[name].bytes)])
  return zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 } })
}

/** @throws Error for anything that {@link encodeColumns} did not write */
export function decodeColumns(file: Uint8Array): { readonly block: string; readonly cells: readonly CellColumns[] } {
  const raw = zstdDecompressSync(file, { maxOutputLength: MOST_BYTES })
  const { header, bodiesAt } = headerOf(raw)
  const values = valuesOf(header, raw.subarray(bodiesAt))
  let from = 0
  const cells = header.cells.map(([id, requests]) => {
    const [begin, end] = [from, (from += requests)]
    return { id, columns: columnsOf(forEachColumn((name) => values[name].slice(begin, end))) }
  })
  return { block: header.block, cells }
}

function valuesOf({ cells, columns }: Header, bodies: Uint8Array): NumberColumns {
  const requests = cells.reduce((sum, [, count]) => sum + count, 0)
  let from = 0
  const values = forEachColumn((name) => {
    const [guess, width] = columns[name]
    if (from + requests * width > bodies.length) throw new Error('the file ends within a column')
    return decodeColumn({ guess, width, bytes: bodies.subarray(from, (from += requests * width)) }).map(hasDigits(name) ? atPlace : identity)
  })
  if (from !== bodies.length) throw new Error(`${bodies.length - from} bytes follow the last column`)
  return values
}

function headerOf(raw: Buffer): { readonly header: Header; readonly bodiesAt: number } {
  if (raw.length < HEADER_AT || !raw.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('it does not begin like a file of columns')
  const bodiesAt = HEADER_AT + raw.readUInt32LE(MAGIC.length)
  return { header: headerSchema.parse(JSON.parse(raw.toString('utf8', HEADER_AT, bodiesAt))), bodiesAt }
}

/** Durations are stored as places among the numbers of three digits; what is no duration, as it is. */
function hasDigits(name: ColumnName): boolean {
  return name !== 'intendedUs' && name !== 'outcome'
}

function identity(value: number): number {
  return value
}

function requireEqualLengths({ id, columns }: CellColumns): void {
  const requests = columns.intendedUs.length
  for (const name of columnNames) if (columns[name].length !== requests) throw new RangeError(`${id}: ${name} has ${columns[name].length} values for ${requests} requests`)
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** In the order of {@link columnNames}, written out so that the types know that there are all. */
function forEachColumn<Value>(of: (name: ColumnName) => Value): Record<ColumnName, Value> {
  return {
    intendedUs: of('intendedUs'), lateUs: of('lateUs'), parseUs: of('parseUs'), verifyUs: of('verifyUs'), appendUs: of('appendUs'), promiseUs: of('promiseUs'),
    serverUs: of('serverUs'), totalUs: of('totalUs'), outcome: of('outcome'),
  }
}
