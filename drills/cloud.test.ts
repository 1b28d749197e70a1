import { ChildProcess, hasHaproxy, hasKafka, hasPostgres, hasToxiproxy, repositoryRoot } from '@brume/testing'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from './cloud/faults/index.ts'
import type { Results } from './cloud/report/results.ts'

const LIMIT_MS = 10 * 60_000
const hasAllParts = hasKafka() && hasPostgres() && hasHaproxy() && hasToxiproxy()

/** `npm run drill -- --short`, row by row. The parts are real, in processes of their own. */
describe.skipIf(!hasAllParts)('faults of the cloud (needs Java 17 and Maven, PostgreSQL, haproxy and Go)', () => {
  const latest = join(repositoryRoot(), 'drills/results/latest.json')
  let drill: ChildProcess
  let results: Results

  beforeAll(async () => {
    rmSync(latest, { force: true })
    drill = await ChildProcess.start({ command: [process.execPath, join(repositoryRoot(), 'drills/dist/cloud/main.js'), '--short'], cwd: repositoryRoot(), env: process.env })
    await drill.exited
    results = JSON.parse(readOrTell(latest))
  }, LIMIT_MS)

  afterAll(() => drill.kill('SIGTERM', 30_000))

  function readOrTell(path: string): string {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      throw new Error(`the drill left no results. It wrote:\n${drill.output.text.slice(-8_000)}`)
    }
  }

  it.each(faults.filter(({ short }) => short).map(({ name, what }) => [name, what]))('%s (%s) takes effect and costs no reading, no promise and no order', (name) => {
    const row = results.rows.find(({ fault }) => fault === name)
    expect({ evidence: row?.evidence, failures: row?.failures }).toEqual({ evidence: expect.any(String), failures: [] })
  })

  it('all of them leave every promised reading in its ledger once, and ledgers that brume fsck finds clean', () => {
    expect(results.sum).toMatchObject({ lost: 0, doubled: 0, broken: 0, reordered: 0 })
    expect(results.contradictions).toEqual([])
    expect(Object.values(results.fsck)).toEqual([null, null, null])
  })
})
