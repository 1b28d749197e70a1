import { repositoryRoot } from '@brume/testing'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { benchArguments } from '../arguments.ts'
import { rowNames } from '../measurements/cloud/rowNames.ts'
import { profiles } from '../profiles.ts'
import { reported } from '../row.ts'
import { renewBlocks } from './renewBlocks.ts'
import { withAgain, type Results } from './results.ts'

const machine = { cpu: 'a processor', cores: 2, memoryGb: 25, system: 'Linux', node: 'v24', versions: {}, commit: 'abc', date: '2026-01-02' }

/** Every row that a whole run of the cloud profile has for docs/scaling.md. */
function wholeRun(): Results {
  const names = Object.values(rowNames).flatMap((name) => (typeof name === 'string' ? [name] : [1, 2, 3].map(name)))
  const rows = names.map((name, at) => reported({ name, value: 100 + at, unit: 'µs' }))
  return { profile: 'cloud', machine, quick: false, measurements: [{ name: 'all', what: 'everything', tookS: 1, at: '2026-01-02T03:04:05Z', commit: 'abc', rows }], rows }
}

it('has a place on each page of the cloud profile for what a run finds', () => {
  for (const { path, renew } of profiles.cloud.pages) {
    const file = join(repositoryRoot(), path)
    const page = renew(existsSync(file) ? readFileSync(file, 'utf8') : '', wholeRun())
    expect(page).toContain('a processor')
    expect(page).not.toMatch(/NaN|Infinity|undefined|no row/)
  }
})

it('puts what was measured again in the place of what it replaces, and says of which commit it is', () => {
  const of = (commit: string, names: readonly string[]): Results => {
    const measurements = names.map((name) => ({ name, what: 'w', tookS: 1, at: '2026-01-02T03:04:05Z', commit, rows: [reported({ name: `${name} of ${commit}`, value: 1, unit: 'µs' })] }))
    return { profile: 'cloud', machine: { ...machine, commit }, quick: false, measurements, rows: measurements.flatMap(({ rows }) => rows) }
  }
  const joined = withAgain(of('old', ['a', 'c']), of('new', ['b', 'c']), ['a', 'b', 'c'])
  expect(joined.rows.map(({ name }) => name)).toEqual(['a of old', 'b of new', 'c of new'])
  const page = profiles.cloud.pages[0]?.renew('', joined) ?? ''
  expect(page.match(/Measured at commit \w+/g)).toEqual(['Measured at commit old'])
})

it('keeps the words around a block, and loses none for want of its marks', () => {
  const page = 'words\n<!-- begin a -->\nold\n<!-- end a -->\nmore\n'
  expect(renewBlocks(page, { a: 'new $& text' })).toBe('words\n<!-- begin a -->\nnew $& text\n<!-- end a -->\nmore\n')
  expect(() => renewBlocks(page, { b: 'new' })).toThrow('begin b')
})

it.each([[['--profile', 'moon']], [['--entries', '5']], [['--entries', 'many']], [['--write', '--quick']], [['--write', '--only', 'lag']], [['--again', 'lag', '--quick']], [['--fast']]])('refuses %j', (argv) => {
  expect(() => benchArguments(argv)).toThrow(TypeError)
})

it('measures the fog unless the cloud is asked for', () => {
  expect([benchArguments([]).profile, benchArguments(['--profile', 'cloud']).profile]).toEqual(['fog', 'cloud'])
})
