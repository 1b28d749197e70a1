import { execFile, spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Oldest version that Brume is tested with. */
const OLDEST = 15
const LIMIT_MS = 60_000

/** Folder of `initdb`, `postgres` and `psql`: the newest of Debian's folders, or where the PATH has them; undefined = not installed. */
export function postgresPrograms(): string | undefined {
  return [...debianFolders(), ...(process.env['PATH'] ?? '').split(':')].find((folder) => existsSync(join(folder, 'initdb')) && versionIn(folder) >= OLDEST)
}

/** Whether tests that need PostgreSQL can run here. CI installs it, so there the answer is yes and a missing one is a failure. */
export function hasPostgres(): boolean {
  return process.env['CI'] === 'true' || postgresPrograms() !== undefined
}

/**
 * The command as a user that PostgreSQL accepts: it refuses root. The capability lets that user reach a data folder below a folder that only root may
 * enter, as temporary folders are.
 */
export function asPostgresUser(command: readonly [string, ...string[]]): [string, ...string[]] {
  if (process.getuid?.() !== 0) return [...command]
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--', ...command]
}

/** `uid:gid` for `chown`, when this is root and PostgreSQL runs as another user. */
export function postgresOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** Runs one of PostgreSQL's programs to its end. @returns what it printed. Throws what it complained of. */
export async function runProgram(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [program, ...args] = command
  const { stdout } = await run(program, args, { env, timeout: LIMIT_MS, maxBuffer: 16 * 1_024 * 1_024 })
  return stdout
}

function debianFolders(): string[] {
  return globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}

function versionIn(folder: string): number {
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1] ?? 0)
}
