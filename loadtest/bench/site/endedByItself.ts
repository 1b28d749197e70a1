import type { Exit } from '@brume/testing'

/** Characters of its output that are shown. */
const SHOWN = 2_000

/** For whoever reads why a measurement failed. */
export function endedByItself(part: string, { code, signal }: Exit, output: string): string {
  return `${part} has ended by itself (${signal ?? `exit ${code}`}):\n${output.slice(-SHOWN)}`
}
