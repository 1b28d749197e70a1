import { TemporaryFolder } from '@brume/testing'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reportOf } from './reportOf.ts'
import { knownPart, syntheticPlan, syntheticRun } from './syntheticRun.fixture.ts'
import { checkWellFormed } from './wellFormed.fixture.ts'
import { filesOf, writeReport } from './writeReport.ts'

/** Quicker to make. */
const smallPlan = syntheticPlan([{ ...knownPart, placements: ['fog-1', 'cloud'], networks: ['wired+near'], loads: [0.1, 0.8] }])
const files = filesOf(reportOf(syntheticRun()))
const page = files.get('report.html') ?? ''
const readme = files.get('README.md') ?? ''
const pictures = [...files].filter(([name]) => name.endsWith('.svg'))

describe('the report', () => {
  it('of the same run has the same bytes', async () => {
    using folder = new TemporaryFolder()
    const contents = await Promise.all(['a', 'b'].map(async (name) => {
      const into = join(folder.path, name)
      mkdirSync(into)
      const names = await writeReport(syntheticRun({}, smallPlan), into)
      expect(readdirSync(into).toSorted()).toEqual(names.toSorted())
      return names.map((file) => readFileSync(join(into, file), 'utf8'))
    }))
    expect(contents[0]).toEqual(contents[1])
  })

  it('is one page that loads nothing and runs nothing', () => {
    expect(page.match(/<(script|link|img|iframe|object|embed|audio|video|base|form)\b/g)).toBeNull()
    expect(page.match(/\b(src|srcset|action|on\w+)="/g)).toBeNull()
    expect(page.match(/@import|url\((?!#)/g)).toBeNull()
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, href]) => href?.startsWith('#'))).toBe(true)
    expect([...new Set([...page.matchAll(/https?:\/\/[^"<\s]+/g)].map(([url]) => url))]).toEqual(['http://www.w3.org/2000/svg'])
  })

  it('has no id twice, and every reference leads to one', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const references = [...page.matchAll(/(?:aria-labelledby="([^"]*)"|href="#([^"]*)"|url\(#([^)]*)\))/g)].flatMap(([, names, href, url]) => (names ?? href ?? url ?? '').split(' '))
    expect(references.filter((reference) => !ids.includes(reference))).toEqual([])
  })

  it('can be read without seeing it, and by the keyboard', () => {
    expect(page).toMatch(/^<!doctype html>\n<!-- Made from [^>]*-->\n<html lang="en">/)
    expect(page).toContain('<a class="skip" href="#content">')
    const images = page.match(/<svg [^>]*>/g) ?? []
    expect(images.length).toBe(pictures.length)
    expect(images.every((image) => image.includes('role="img"') && image.includes('aria-labelledby='))).toBe(true)
    expect((page.match(/<table>/g) ?? []).length).toBe((page.match(/<caption>/g) ?? []).length)
    expect((page.match(/<div class="wide"/g) ?? []).length).toBe((page.match(/<div class="wide" role="region" tabindex="0" aria-label="/g) ?? []).length)
  })

  it('is well formed, as a page without its elements that have no end', () => {
    checkWellFormed(page.slice(page.indexOf('<html')).replaceAll(/<meta [^>]*>/g, '').replace(/<style>[\s\S]*?<\/style>/, ''))
    for (const [, picture] of pictures) checkWellFormed(picture)
  })

  it('shows the main picture in the README, and no picture that is not there', () => {
    const shown = [...readme.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, name]) => name)
    expect(shown[0]).toBe('main.svg')
    expect(shown.toSorted()).toEqual(pictures.map(([name]) => name).toSorted())
  })

  it('keeps names from a results folder as text', () => {
    const evil = '<script>alert(1)</script>|*"&'
    const named = { ...smallPlan, name: evil, leftOut: [{ what: evil, why: `${evil}\n# not a heading` }] }
    const run = syntheticRun({}, named)
    const made = filesOf(reportOf({ ...run, facts: { ...run.facts, machine: { ...run.facts.machine, cpu: evil, versions: { [evil]: evil } } } }))
    expect(made.get('report.html')).not.toContain('<script')
    expect(made.get('report.html')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(made.get('README.md')).not.toContain('<script')
    expect(made.get('README.md')).not.toMatch(/^# not a heading/m)
  })

  it('keeps names of placements as text in pictures and out of paths', () => {
    const evil = '../fog<b>'
    const renamed = { ...smallPlan, networks: [{ name: evil, access: 'a', region: 'b' }], matrix: smallPlan.matrix.map((part) => ({ ...part, networks: [evil] })) }
    const made = filesOf(reportOf(syntheticRun({}, renamed)))
    for (const name of made.keys()) expect(name).toMatch(/^[\w.-]+$/)
    for (const [name, content] of made) if (name.endsWith('.svg')) checkWellFormed(content)
  })

  it('says what was left out, what was not emulated, and every limit that was enforced', () => {
    for (const text of ['everything else: a test needs no more', 'Packet loss', 'TCP slow start', 'Bandwidth', 'Delay of handshakes', 'Other tenants', 'Clouds of many cores', 'cgroup v1', '0.25 cores', 'abc1234', 'seed 7']) {
      expect(page).toContain(text)
      expect(readme).toContain(text)
    }
  })

  it('marks computed columns as such', () => {
    expect(page).toContain('<th scope="col" class="computed">Cold connection, ms (computed)</th>')
    // Twice the 80 ms of the cloud on lte+far.
    expect(page).toContain('<td class="computed">160</td>')
    expect(readme).toContain('| cloud | lte+far | 80 | 80 | 80 to 80 | 3 | *160* |')
  })

  it('has every cell in its table, with what was refused', () => {
    const refused = filesOf(reportOf(syntheticRun({ refusedShare: ({ placement }) => (placement === 'cloud' ? 0.2 : 0) }, smallPlan))).get('report.html') ?? ''
    expect(refused).toContain('<th scope="row">fog-1 batched reading wired+near 10 % r1</th>')
    expect(refused).toContain('/problems/quota-reached: 16')
    expect(refused).toContain('only 80 % of what was offered was accepted')
  })

  it('of a run in which nothing was measured is whole too', () => {
    const empty = filesOf(reportOf(syntheticRun({ missing: () => true })))
    expect(empty.get('README.md')).toContain('not measured')
    for (const [name, content] of empty) if (name.endsWith('.svg')) checkWellFormed(content)
  })
})
