import { TemporaryFolder } from '@brume/testing'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { RunFolder } from '../results/index.ts'
import { knownPart, syntheticPlan, syntheticRun } from './syntheticRun.fixture.ts'

const program = fileURLToPath(new URL('main.ts', import.meta.url))

function run(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 60_000 })
}

describe('the program that makes a report anew', () => {
  it('makes it from a results folder alone', { timeout: 90_000 }, () => {
    using folder = new TemporaryFolder()
    const results = join(folder.path, 'results')
    const plan = syntheticPlan([{ ...knownPart, placements: ['fog-1', 'cloud'], networks: ['wired+near'], loads: [0.1, 0.8], repetitions: 2 }])
    const { facts, blocks } = syntheticRun({}, plan)
    const kept = RunFolder.open(results, { plan, machine: facts.machine, now: facts.startedAt })
    for (const block of blocks) kept.write({ ...block, cells: block.cells.map(({ requests: _, ...cell }) => cell) }, block.cells.map(({ requests }) => requests))
    expect(run(results)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('report.html\nREADME.md\nmain.svg\n') })
    expect(readdirSync(results)).toEqual(expect.arrayContaining(['report.html', 'README.md', 'main.svg', 'run.json']))
  })

  it('says what is wrong with a folder that holds no results', () => {
    using folder = new TemporaryFolder()
    expect(run(folder.path)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('is not a folder of results') })
    expect(readdirSync(folder.path)).toEqual([])
  })

  it('says how it is called', () => {
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('FOLDER') })
    expect(run('--help')).toMatchObject({ status: 2 })
  })
})
