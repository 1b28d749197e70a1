/**
 * What `npm test` runs, in this order. One row is one command that ends in vitest; the options of its JSON report are appended.
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} what
 * @property {string[]} command  arguments of Node, from the repository's root
 * @property {number} limitMs  then it is killed and has failed
 * @property {boolean} [cloud]  needs the programs of the cloud profile (tools/cloud/missingPrograms.ts): left out where they are missing, a failure in CI
 * @property {{ test: string | RegExp, why: string, notInCi?: boolean }[]} maySkip  titles of tests, how full names begin, or what they match, that may be skipped here, each with its reason; any other skip is a failure. `notInCi`: CI installs what it needs
 */
const vitest = 'node_modules/vitest/vitest.mjs'
const MINUTE_MS = 60_000
const NEEDS_STRACE = 'needs strace (apt-get install strace); CI has it'
/** Tests of single parts of the cloud profile say in their names what they need. */
const NEEDS_CLOUD = { test: /\bneeds (Java|PostgreSQL|haproxy)\b/, why: 'a program of the cloud profile is missing: `npm run cloud` says which, and how to get it', notInCi: true }
/** Only root may make them, where the system lets anybody. */
const NEEDS_GROUPS = { test: /\bneeds control groups\b/, why: 'needs control groups (cgroups) that this user may make' }
const NEEDS_GO = { test: /\bneeds Go\b/, why: 'needs Go 1.24 or newer on the PATH' }

/** @type {Suite[]} */
export const suites = [
  {
    name: 'parts',
    what: 'small and medium tests of every package',
    command: [vitest, 'run', '--exclude', 'drills/**', '--exclude', 'loadtest/**'],
    limitMs: 20 * MINUTE_MS,
    maySkip: [
      { test: 'refuses a directory of another user', why: 'root may open every directory: runs for any other user' },
      { test: 'under strace', why: NEEDS_STRACE },
      NEEDS_CLOUD,
      NEEDS_GO,
    ],
  },
  {
    name: 'loadtest',
    what: 'the bench and the hosting comparison, one file after the other: they bound and measure CPU',
    command: [vitest, 'run', '--dir', 'loadtest', '--no-file-parallelism'],
    limitMs: 15 * MINUTE_MS,
    maySkip: [NEEDS_CLOUD, NEEDS_GO, NEEDS_GROUPS],
  },
  { name: 'e2e', what: 'black box, the three services in one process', command: ['e2e/run.mjs', '--'], limitMs: 8 * MINUTE_MS, maySkip: [] },
  { name: 'e2e-apart', what: 'black box, each service in a process of its own', command: ['e2e/run.mjs', '--apart', '--'], limitMs: 8 * MINUTE_MS, maySkip: [] },
  { name: 'e2e-cloud', what: 'the same, unchanged, on Kafka and PostgreSQL with several replicas', command: ['e2e/run.mjs', '--cloud', '--'], limitMs: 12 * MINUTE_MS, cloud: true, maySkip: [] },
  {
    name: 'drills',
    what: 'kill -9, fdatasync before 202, full disk, a reader that others wrote; replicas, and the short form of `npm run drill`',
    command: [vitest, 'run', '--dir', 'drills', '--no-file-parallelism'],
    limitMs: 25 * MINUTE_MS,
    maySkip: [
      { test: 'no 202 leaves before the fdatasync that covers it', why: NEEDS_STRACE },
      { test: 'a ledger of 70000 entries, read by software of others', why: 'needs Go 1.24 or newer on the PATH; CI has it' },
    ],
  },
]
