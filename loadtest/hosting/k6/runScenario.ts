import { ChildProcess, repositoryRoot, TemporaryFolder } from '@brume/testing'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cpuUsOf } from '../../bench/probes/processUsage.ts'
import { UsageOverTime } from '../machine/index.ts'
import { k6Arguments, runLimitMs, type ScenarioRun } from './k6Arguments.ts'
import { k6Program } from './k6Program.ts'
import { measuredRequests, type MeasuredRequests } from './measuredRequests.ts'
import { requestRecord, type RequestRecord } from './requestRecord.ts'

export interface RunHooks {
  readonly signal?: AbortSignal | undefined
  /** Before it has begun: to put it where its CPU is bounded. */
  readonly onStart?: ((pid: number) => void) | undefined
}

export interface ScenarioResult extends MeasuredRequests {
  /** CPU of k6 during the measured time, µs. */
  readonly generatorCpuUs: number
  /** Of k6: 0, or 99 where a threshold of its own did not hold. */
  readonly exit: number
}

const THRESHOLDS_FAILED = 99
const KILL_LIMIT_MS = 2_000
const OUTPUT_SHOWN = 2_000

/** Runs a scenario of loadtest/scenarios, from the first warm-up request to the last answer. @throws what `signal` was aborted with; nothing is left running */
export async function runScenario(run: ScenarioRun, { signal, onStart }: RunHooks = {}): Promise<ScenarioResult> {
  signal?.throwIfAborted()
  const program = await k6Program()
  using folder = new TemporaryFolder()
  const records = join(folder.path, 'records')
  const child = await ChildProcess.start({ command: [program, ...k6Arguments(run, records)], cwd: repositoryRoot(), env: environment(folder.path) })
  using usage = new UsageOverTime({ cpuUs: cpuOf(child) })
  onStart?.(child.pid)
  const exit = await untilEnd(child, runLimitMs(run), signal)
  const requests = measuredRequests(await readRecords(records, child), run)
  const { measuredFromMs } = requests
  return { ...requests, generatorCpuUs: usage.between(measuredFromMs, measuredFromMs + run.measuredS * 1_000).cpuUs, exit }
}

/** What it has used stays what it was once it has ended. */
function cpuOf(child: ChildProcess): () => number {
  let usedUs = 0
  return () => {
    try {
      usedUs = cpuUsOf(child.pid)
    } catch {
      // It has ended.
    }
    return usedUs
  }
}

/** k6 looks for its settings in the home folder and in `K6_…`: neither is to change a measurement. */
function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, TMPDIR: home }
}

async function untilEnd(child: ChildProcess, limitMs: number, signal: AbortSignal | undefined): Promise<number> {
  const limit = AbortSignal.timeout(limitMs)
  const either = AbortSignal.any(signal ? [signal, limit] : [limit])
  const end = (): void => void child.kill('SIGTERM', KILL_LIMIT_MS)
  either.addEventListener('abort', end)
  if (either.aborted) end()
  const { code } = await child.exited
  either.removeEventListener('abort', end)
  signal?.throwIfAborted()
  if (limit.aborted) throw failure(child, `k6 had not ended after ${Math.round(limitMs / 1_000)} s`)
  if (code !== 0 && code !== THRESHOLDS_FAILED) throw failure(child, `k6 has failed (exit ${code ?? 'by a signal'})`)
  return code
}

async function readRecords(path: string, child: ChildProcess): Promise<RequestRecord[]> {
  const records: RequestRecord[] = []
  if (existsSync(path)) for await (const line of createInterface({ input: createReadStream(path) })) records.push(requestRecord(line))
  if (records.length === 0) throw failure(child, 'k6 has sent nothing')
  return records
}

function failure(child: ChildProcess, what: string): Error {
  return new Error(`${what}. It wrote last:\n${child.output.text.slice(-OUTPUT_SHOWN)}`)
}
