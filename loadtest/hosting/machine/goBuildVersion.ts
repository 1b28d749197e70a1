import { readFileSync } from 'node:fs'

/** The line of the main module in what Go writes into its programs (runtime/debug.BuildInfo): `mod<TAB>path<TAB>version`. */
const LINE = '\nmod\t'
const LONGEST = 300

/** Version of a program made by Go, without running it; undefined where it does not say. */
export function goBuildVersion(path: string): string | undefined {
  const program = readFileSync(path)
  for (let at = program.indexOf(LINE); at >= 0; at = program.indexOf(LINE, at + 1)) {
    const version = /^\nmod\t\S+\tv(\d\S*)/.exec(program.toString('latin1', at, at + LONGEST))?.[1]
    if (version !== undefined) return version
  }
  return undefined
}
