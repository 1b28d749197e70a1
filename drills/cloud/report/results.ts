import type { Account } from '../account/account.ts'
import type { Row } from './row.ts'

/** Of one run of the drill. */
export interface Results {
  readonly form: 'full' | 'short' | 'chosen rows'
  readonly machine: string
  readonly date: string
  readonly seconds: number
  readonly rows: readonly (Row & { readonly failures: readonly string[] })[]
  /** All promises of the run, in ledgers that were read anew at its end. */
  readonly sum: Account
  /** What the ledgers said and later denied. */
  readonly contradictions: readonly string[]
  /** `brume fsck` of each chain; undefined = clean. */
  readonly fsck: Readonly<Record<string, string | null>>
}

export function failuresOfRun({ rows, sum, contradictions, fsck }: Results): string[] {
  const wrong = (['lost', 'doubled', 'broken', 'reordered'] as const).filter((name) => sum[name] > 0)
  return [
    ...rows.flatMap(({ fault, failures }) => failures.map((failure) => `${fault}: ${failure}`)),
    ...wrong.map((name) => `the whole run: ${sum[name]} ${name}`),
    ...contradictions,
    ...Object.entries(fsck).flatMap(([chain, found]) => (found === null ? [] : [`fsck of ${chain}: ${found}`])),
  ]
}
