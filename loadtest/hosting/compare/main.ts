import { parseArgs } from 'node:util'
import { BadResults, readRun } from '../results/index.ts'
import { compareRuns } from './compareRuns.ts'
import { comparisonText } from './comparisonText.ts'

const usage = 'npm run loadtest:compare -- FIRST SECOND   two folders of results: what changed in the second beyond noise'

/** Exit 0 also when something changed: that is an answer. 2 for arguments that make no sense, folders without results among them. */
process.exitCode = run(process.argv.slice(2))

function run(argv: readonly string[]): number {
  const folders = readFolders(argv)
  if (!folders) return 2
  const [first, second] = folders
  try {
    process.stdout.write(comparisonText(compareRuns(readRun(first), readRun(second))))
    return 0
  } catch (error) {
    if (!(error instanceof BadResults)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

function readFolders(argv: readonly string[]): readonly [string, string] | undefined {
  try {
    return foldersOf(argv)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(`${error.message}\n${usage}\n`)
    return undefined
  }
}

/** @throws TypeError for what it does not know */
function foldersOf(argv: readonly string[]): readonly [string, string] {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: {} })
  const [first, second, ...more] = positionals
  if (first === undefined || second === undefined || more.length > 0) throw new TypeError(`two folders are compared, not ${positionals.length}`)
  return [first, second]
}
