import { repositoryRoot } from '@brume/testing'
import { join, resolve } from 'node:path'
import type { Arrivals } from '../../scenarios/arrivals.ts'
import type { Workload } from '../model/index.ts'

/** Of loadtest/scenarios; `readings` sends one or many a request, as the envelopes are. */
export const scenarios = { 'reading': 'readings', 'readings-10': 'readings', 'readings-100': 'readings', 'latest': 'latestValue', 'proof': 'proofDownload', 'in-block': 'inBlock' } as const satisfies Record<Workload, string>

export interface ScenarioRun extends Arrivals {
  readonly scenario: (typeof scenarios)[Workload]
  /** Of the deployment, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Path of a file of signAhead. */
  readonly envelopes: string
  /** Bearer token for what is read of a chain that is not public. */
  readonly tokenFile?: string | undefined
  /** Requests under way at once, each over a connection of its own; see virtualUsers.ts. */
  readonly maxVus: number
  readonly tracedPerS: number
  /** Of trace ids: another one for each run. */
  readonly seed: number
  /** A request without an answer by then has failed, s (default 10). */
  readonly answerLimitS?: number | undefined
}

const ANSWER_LIMIT_S = 10
/** Starting k6 on a busy core, making the virtual users, waiting for blocks, ending. */
const AROUND_MS = 90_000

/** No metrics, thresholds, summary, usage report or API: a line for each request, in the file, is all that comes of it. */
export function k6Arguments(run: ScenarioRun, records: string): string[] {
  const script = join(repositoryRoot(), 'loadtest/scenarios', `${run.scenario}.ts`)
  const quiet = ['--quiet', '--no-color', '--no-usage-report', '--no-thresholds', '--summary-mode=disabled', '--include-system-env-vars=false', '--address', '']
  return ['run', ...quiet, '--log-format', 'raw', `--console-output=${records}`, ...Object.entries(settings(run)).flatMap(([name, value]) => ['-e', `${name}=${value}`]), script]
}

export function runLimitMs({ warmUpS, measuredS, answerLimitS = ANSWER_LIMIT_S }: ScenarioRun): number {
  return (warmUpS + measuredS + answerLimitS) * 1_000 + AROUND_MS
}

function settings({ url, envelopes, tokenFile, ratePerS, warmUpS, measuredS, maxVus, tracedPerS, seed, answerLimitS = ANSWER_LIMIT_S }: ScenarioRun): Record<string, string | number> {
  return {
    RECORDS: 1, BASE_URL: url, ENVELOPES: resolve(envelopes), ...(tokenFile !== undefined && { TOKEN_FILE: resolve(tokenFile) }),
    RATE: ratePerS, WARM_UP: warmUpS, DURATION: measuredS, MAX_VUS: maxVus, TRACED_PER_S: tracedPerS, SEED: seed, ANSWER_LIMIT: answerLimitS,
  }
}
