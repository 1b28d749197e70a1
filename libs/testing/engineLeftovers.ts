import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from './waitUntil.ts'

/** What an engine says of itself in its volume; see services/ledger/engines/engineRecord.ts. */
interface EngineRecord {
  readonly pid: number
  readonly chainId: string
}

/** Engines that still run on this data folder: they are detached, so a killed platform leaves them. */
export function runningEngines(data: string): number[] {
  return globSync(join(data, 'engines/*/engine.json')).flatMap((path) => {
    const record = readRecord(path)
    return record !== undefined && isEngine(record) ? [record.pid] : []
  })
}

/** The last resort: a platform that ends by SIGTERM has ended its engines itself. Returns how many there were. */
export async function endEngines(data: string): Promise<number> {
  const pids = runningEngines(data)
  for (const pid of pids) signal(pid, 'SIGTERM')
  await waitUntil('the end of the engines', () => runningEngines(data).length === 0, { limitMs: 5_000 }).catch(() => {
    for (const pid of runningEngines(data)) signal(pid, 'SIGKILL')
  })
  return pids.length
}

function readRecord(path: string): EngineRecord | undefined {
  try {
    const { pid, chainId }: Partial<Record<keyof EngineRecord, unknown>> = JSON.parse(readFileSync(path, 'utf8'))
    return typeof pid === 'number' && typeof chainId === 'string' ? { pid, chainId } : undefined
  } catch {
    return undefined // gone, or half of it: the engine writes it anew
  }
}

/** A pid is used again after its process has ended; the command line names the engine's program. */
function isEngine({ pid }: EngineRecord): boolean {
  return /ganacheProcess\.(?:js|ts)/.test(commandLineOf(pid))
}

function commandLineOf(pid: number): string {
  try {
    return process.platform === 'linux' ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return '' // no such process
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
