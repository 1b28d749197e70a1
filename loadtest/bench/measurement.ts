import type { Row } from './row.ts'

export interface BenchContext {
  /** Data folders of platforms go here: the disk that is measured. */
  readonly folder: string
  /** A short run that shows that everything works; its values say nothing. */
  readonly quick: boolean
  /** Size to which `growth` brings the ledger, instead of the one that is asked about. */
  readonly entries?: number
  /** One line for whoever waits. */
  progress(text: string): void
}

/** One bullet of the benchmark. Throws when it cannot measure; a value that is not what was asked is a result. */
export interface Measurement {
  readonly name: string
  readonly what: string
  measure(context: BenchContext): Promise<readonly Row[]>
}
