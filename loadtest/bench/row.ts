import { median } from './statistics.ts'

/** What is asked of a value: at least or at most so much. */
export type Bound = 'least' | 'most'

/** One measured value. Nothing is asked of it where `asked` is null; then `met` is null too. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly asked: number | null
  readonly bound: Bound | null
  readonly met: boolean | null
  /** Every round, in order, where the value is their median. */
  readonly rounds?: readonly number[]
  readonly note?: string
}

export interface Measured {
  readonly name: string
  readonly unit: string
  /** One value, or all rounds: their median is the value. */
  readonly value: number | readonly number[]
  readonly note?: string
}

export function atLeast(asked: number, measured: Measured): Row {
  const row = reported(measured)
  return { ...row, asked, bound: 'least', met: row.value >= asked }
}

export function atMost(asked: number, measured: Measured): Row {
  const row = reported(measured)
  return { ...row, asked, bound: 'most', met: row.value <= asked }
}

/** A value that explains others; nothing is asked of it. */
export function reported({ name, unit, value, note }: Measured): Row {
  const rounds = typeof value === 'number' ? undefined : value
  return {
    name, unit, value: typeof value === 'number' ? value : median(value), asked: null, bound: null, met: null,
    ...(rounds && { rounds }), ...(note !== undefined && { note }),
  }
}
