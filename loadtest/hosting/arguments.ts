import { parseArgs } from 'node:util'

export interface HostingArguments {
  /** A plan of the repository's own, by name, or a file. */
  readonly plan: { readonly name: 'quick' | 'full' } | { readonly file: string }
  /** Print cells and minutes, and end. */
  readonly printPlan: boolean
  /** Results go there; default: `data/loadtest/<plan>`. */
  readonly out?: string | undefined
  /** Go on with what is there, and with its plan. */
  readonly resume?: string | undefined
  /** Resume also with another commit or on another machine; the results say so. */
  readonly evenIfOther: boolean
  /** Blocks whose id this pattern matches; all when absent. */
  readonly only?: RegExp | undefined
  /** Instead of the plan's own. */
  readonly seed?: number | undefined
}

export const usage = 'npm run loadtest:hosting [-- --full | --plan-file FILE] [--plan] [--out FOLDER | --resume FOLDER [--even-if-other]] [--only PATTERN] [--seed N]'

const MOST_SEED = 0xffff_ffff

/** @throws TypeError for what it does not know */
export function hostingArguments(argv: readonly string[]): HostingArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      full: { type: 'boolean', default: false }, 'plan-file': { type: 'string' }, plan: { type: 'boolean', default: false }, out: { type: 'string' },
      resume: { type: 'string' }, 'even-if-other': { type: 'boolean', default: false }, only: { type: 'string' }, seed: { type: 'string' },
    },
  })
  const { full, 'plan-file': file, plan: printPlan, out, resume, 'even-if-other': evenIfOther, only, seed } = values
  refuseTogether({ '--full': full, '--plan-file': file })
  refuseTogether({ '--out': out, '--resume': resume })
  // The plan and its seed stand in the folder.
  refuseTogether({ '--resume': resume, '--seed': seed })
  refuseTogether({ '--resume': resume, '--full': full, '--plan-file': file })
  if (evenIfOther && resume === undefined) throw new TypeError('--even-if-other goes with --resume')
  const plan = file !== undefined ? { file } : { name: full ? 'full' as const : 'quick' as const }
  return { plan, printPlan, out, resume, evenIfOther, only: only === undefined ? undefined : patternOf(only), seed: seed === undefined ? undefined : seedOf(seed) }
}

function refuseTogether(options: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(options).filter((name) => options[name] !== undefined && options[name] !== false)
  if (given.length > 1) throw new TypeError(`${given.join(' and ')} do not go together`)
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw new TypeError(`--only ${text} is no regular expression`)
  }
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > MOST_SEED) throw new TypeError(`--seed is a whole number up to ${MOST_SEED}`)
  return seed
}
