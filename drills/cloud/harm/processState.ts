import { readFileSync } from 'node:fs'

/** The state letter of proc(5), such as `S` sleeping or `T` stopped; undefined when there is no such process. */
export function processState(pid: number): string | undefined {
  try {
    // The name in parentheses may itself hold spaces and parentheses.
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ')'))?.[1]
  } catch {
    return undefined
  }
}

/** A zombie has ended too; nobody has asked for its exit code yet. */
export function isGone(pid: number): boolean {
  const state = processState(pid)
  return state === undefined || state === 'Z'
}
