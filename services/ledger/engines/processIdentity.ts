import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What tells a process from a later one with the same pid. */
export interface ProcessIdentity {
  /** Opaque; equal only for the same process. Linux: clock ticks since boot (proc_pid_stat(5), field 22). */
  readonly startTime: string
  /** Arguments, joined with blanks. */
  readonly commandLine: string
}

/** Undefined when there is no such process, or only its exit status is left (a zombie runs nothing). */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): ProcessIdentity | undefined {
  const stat = readProc(pid, 'stat')
  const commandLine = readProc(pid, 'cmdline')
  if (stat === undefined || commandLine === undefined) return undefined
  // Field 2 is the name in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  if (startTime === undefined || state === 'Z' || state === 'X') return undefined
  return { startTime, commandLine: commandLine.split('\0').join(' ').trimEnd() }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined // ENOENT or ESRCH: it has ended, which is the answer
  }
}

function fromPs(pid: number): ProcessIdentity | undefined {
  try {
    const line = execFileSync('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    const [, state, startTime, commandLine] = /^\s*(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/m.exec(line) ?? []
    if (startTime === undefined || commandLine === undefined || state?.startsWith('Z')) return undefined
    return { startTime, commandLine: commandLine.trimEnd() }
  } catch {
    return undefined // ps exits 1 when there is no such process
  }
}
