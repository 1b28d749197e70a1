/**
 * What `npm test` runs, in this order. One row is one command that ends in vitest; the options of its JSON report are appended.
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} what
 * @property {string[]} command  arguments of Node, from the repository's root
 * @property {number} limitMs  then it is killed and has failed
 * @property {{ test: string, why: string }[]} maySkip  full names of tests that may be skipped here, each with its reason; any other skip is a failure
 */
const vitest = 'node_modules/vitest/vitest.mjs'
const MINUTE_MS = 60_000

/** @type {Suite[]} */
export const suites = [
  {
    name: 'parts',
    what: 'small and medium tests of every package',
    command: [vitest, 'run', '--exclude', 'drills/**'],
    limitMs: 12 * MINUTE_MS,
    maySkip: [{ test: 'refuses a directory of another user', why: 'root may open every directory: runs for any other user' }],
  },
  { name: 'e2e', what: 'black box, the three services in one process', command: ['e2e/run.mjs', '--'], limitMs: 8 * MINUTE_MS, maySkip: [] },
  { name: 'e2e-apart', what: 'black box, each service in a process of its own', command: ['e2e/run.mjs', '--apart', '--'], limitMs: 8 * MINUTE_MS, maySkip: [] },
  { name: 'drills', what: 'kill -9, fdatasync before 202, full disk', command: [vitest, 'run', '--dir', 'drills', '--no-file-parallelism'], limitMs: 15 * MINUTE_MS, maySkip: [] },
]
