import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'

/** Where and of what a run was made. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  /** With `-dirty` where the sources are not the commit's. */
  readonly commit: string
  /** RFC 3339 date. */
  readonly date: string
}

export interface MachineOptions {
  /** Whose speed is measured along. */
  readonly packages: readonly string[]
  /** The same that are not of npm, with their versions. */
  readonly programs?: (root: string) => Readonly<Record<string, string>>
  /** Instead of the commit's. */
  readonly date?: string | undefined
}

export function machineOf(root: string, { packages, programs = () => ({}), date }: MachineOptions): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 1e9),
    system: `${os.type()} ${os.release().split('-')[0]} ${os.arch()}`,
    node: process.version,
    versions: { ...programs(root), ...Object.fromEntries(packages.map((name) => [name, versionOf(root, name)])) },
    commit: commitOf(root),
    date: date ?? git(root, ['log', '-1', '--format=%cs']) ?? 'unknown',
  }
}

export function commitOf(root: string): string {
  return git(root, ['describe', '--always', '--dirty']) ?? 'no git'
}

function versionOf(root: string, name: string): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return String(version)
}

/** A checkout without git, as an unpacked archive, can be measured too. */
function git(root: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
