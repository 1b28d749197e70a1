import { parseArgs } from 'node:util'
import type { Fault } from './fault.ts'

export interface DrillOptions {
  readonly short: boolean
  /** Renew docs/drill.md. */
  readonly write: boolean
  readonly only?: readonly string[]
  /** Where the parts keep what they keep. Default: a temporary folder, removed at the end. */
  readonly data?: string
}

export const usage = 'npm run drill -- [--short] [--only name,name] [--write] [--data DIR]'

/** @throws TypeError for what it does not know */
export function drillOptions(argv: readonly string[]): DrillOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { short: { type: 'boolean', default: false }, write: { type: 'boolean', default: false }, only: { type: 'string' }, data: { type: 'string' } },
  })
  const { only, data, ...rest } = values
  return { ...rest, ...(data !== undefined && { data }), ...(only !== undefined && { only: only.split(',') }) }
}

/** @throws TypeError for a name that no fault has */
export function chosenFaults(faults: readonly Fault[], { short, only }: DrillOptions): Fault[] {
  const unknown = only?.find((name) => !faults.some((fault) => fault.name === name))
  if (unknown !== undefined) throw new TypeError(`there is no fault ${unknown}; there are ${faults.map(({ name }) => name).join(', ')}`)
  return faults.filter((fault) => (only === undefined ? !short || fault.short : only.includes(fault.name)))
}
