/**
 * Named places at which a crash test can kill this process (see "Life of a reading, and what a crash costs at each step" in the design).
 *
 * `BRUME_FAULT=append.before-commit` kills at the first pass of that point, `append.before-commit:3` at the third. Passes are counted per
 * thread: a worker thread has its own module instance. The variable is read once, so an unset one costs a comparison.
 */
export interface FaultTarget {
  readonly name: string
  /** 1 = the first pass. */
  readonly pass: number
}

const pattern = /^([a-z0-9]+(?:[.-][a-z0-9]+)*)(?::([1-9]\d{0,8}))?$/

/** A misspelt variable must not turn a crash test into one that kills nothing. */
export function parseFault(text: string | undefined): FaultTarget | undefined {
  if (text === undefined || text === '') return undefined
  const [, name, pass = '1'] = pattern.exec(text) ?? []
  if (name === undefined) throw new Error(`BRUME_FAULT must be "name" or "name:n" with n from 1, but is ${JSON.stringify(text)}`)
  return { name, pass: Number(pass) }
}

const target = parseFault(process.env.BRUME_FAULT)
let passes = 0

/** SIGKILL, because only that runs no handler and flushes nothing: what is on disk then is what a power-less process leaves. */
export function faultPoint(name: string): void {
  if (target === undefined || target.name !== name) return
  passes += 1
  if (passes === target.pass) process.kill(process.pid, 'SIGKILL')
}
