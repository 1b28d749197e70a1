import type { Row } from '../row.ts'

/** Three digits that count, and thousands in groups. */
export function numberText(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: Number.isInteger(value) ? 0 : digits })
}

export function askedText({ asked, bound }: Row): string {
  return asked === null ? '' : `${bound === 'least' ? '≥' : '≤'} ${numberText(asked)}`
}

export function metText({ met }: Row): string {
  return met === null ? '' : met ? 'yes' : '**no**'
}

export function lineOf(row: Row): string {
  const asked = row.met === null ? '' : ` (asked ${askedText(row)}: ${row.met ? 'met' : 'NOT MET'})`
  return `${row.name}: ${numberText(row.value)} ${row.unit}${asked}`
}
