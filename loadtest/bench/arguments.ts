import { parseArgs } from 'node:util'
import { isProfileName, profileNames, type ProfileName } from './profiles.ts'

export interface BenchArguments {
  readonly profile: ProfileName
  /** Names of measurements; all when absent. */
  readonly only?: readonly string[]
  /** Names of measurements that are made anew and take their place in the last whole run: one that broke, or was disturbed. */
  readonly again?: readonly string[]
  readonly quick: boolean
  /** Renew the profile's pages. */
  readonly write: boolean
  /** Measure nothing: renew the pages from the results of the last run, which must have been a whole one. */
  readonly pages: boolean
  /** Size to which `growth` brings the ledger. */
  readonly entries?: number
  /** Shown as the date of the run instead of the commit's. */
  readonly date?: string
  /** Folder on the disk that is measured; what the bench makes there it removes. */
  readonly data: string
}

export const usage = `npm run bench -- [--profile ${profileNames.join('|')}] [--only name,name | --again name,name] [--quick] [--entries N] [--write | --pages] [--date YYYY-MM-DD] [--data DIR]`

/** Below that, the small ledger of `growth` is not the smaller one. */
const FEWEST_ENTRIES = 200_000

/** @throws TypeError for what it does not know */
export function benchArguments(argv: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      profile: { type: 'string', default: 'fog' }, only: { type: 'string' }, again: { type: 'string' }, quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false }, pages: { type: 'boolean', default: false },
      entries: { type: 'string' }, date: { type: 'string' }, data: { type: 'string', default: 'data/bench' },
    },
  })
  const { only, again, entries, profile, ...rest } = values
  if (!isProfileName(profile)) throw new TypeError(`--profile is ${profileNames.join(' or ')}`)
  if (again !== undefined && (rest.quick || only !== undefined || entries !== undefined)) throw new TypeError('--again is for the last whole run: neither --quick nor --only nor --entries')
  if (rest.write && (rest.quick || only !== undefined)) throw new TypeError('--write takes a whole run: neither --quick nor --only')
  return { ...rest, profile, ...(only !== undefined && { only: only.split(',') }), ...(again !== undefined && { again: again.split(',') }), ...(entries !== undefined && { entries: entriesOf(entries) }) }
}

function entriesOf(text: string): number {
  const entries = Number(text)
  if (!Number.isSafeInteger(entries) || entries < FEWEST_ENTRIES) throw new TypeError(`--entries is a whole number, at least ${FEWEST_ENTRIES}`)
  return entries
}
