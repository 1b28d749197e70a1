import { parseArgs } from 'node:util'

export interface BenchArguments {
  /** Names of measurements; all when absent. */
  readonly only?: readonly string[]
  readonly quick: boolean
  /** Renew docs/benchmarks.md. */
  readonly write: boolean
  /** Shown as the date of the run instead of the commit's. */
  readonly date?: string
  /** Folder on the disk that is measured; what the bench makes there it removes. */
  readonly data: string
}

export const usage = 'npm run bench -- [--only name,name] [--quick] [--write] [--date YYYY-MM-DD] [--data DIR]'

/** @throws TypeError for what it does not know */
export function benchArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' }, quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false },
      date: { type: 'string' }, data: { type: 'string', default: 'data/bench' },
    },
  })
  const { only, ...rest } = values
  return { ...rest, ...(only !== undefined && { only: only.split(',') }) }
}
