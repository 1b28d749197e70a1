import { repositoryRoot, TemporaryFolder } from '@brume/testing'
import { cpSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { knownNetworks, readNetwork } from './networkProfile.ts'

const spec = (access: string, region: string) => ({ name: `${access}+${region}`, access, region })

describe('the network profiles of the repository', () => {
  it('are all there, and can be read', () => {
    const { access, region } = knownNetworks()
    expect([access, region]).toEqual([['5g', 'lte', 'lte-drops', 'wifi', 'wired-lan'], ['far', 'intercontinental', 'near']])
    for (const one of access) for (const other of region) expect(readNetwork(spec(one, other)).name).toBe(`${one}+${other}`)
  })

  it('are ordered as their names say', () => {
    const { access, region } = knownNetworks()
    const accessMs = Object.fromEntries(access.map((name) => [name, readNetwork(spec(name, 'near')).access.roundTripMs.value]))
    const regionMs = Object.fromEntries(region.map((name) => [name, readNetwork(spec('lte', name)).region.roundTripMs.value]))
    expect([accessMs['wired-lan'], accessMs['wifi'], accessMs['5g'], accessMs['lte']]).toEqual([1, 3, 20, 50])
    expect([regionMs['near'], regionMs['far'], regionMs['intercontinental']]).toEqual([10, 70, 160])
  })

  it('differ in the interruptions only where one is the other with interruptions', () => {
    const [plain, dropping] = ['lte', 'lte-drops'].map((name) => readNetwork(spec(name, 'near')).access)
    expect([dropping?.roundTripMs.value, dropping?.jitterMs.value, plain?.drops]).toEqual([plain?.roundTripMs.value, plain?.jitterMs.value, undefined])
    expect([dropping?.drops?.everyMs.value, dropping?.drops?.forMs.value]).toEqual([8_000, 2_000])
  })
})

describe('a network profile', () => {
  let folder: TemporaryFolder

  beforeEach(() => {
    folder = new TemporaryFolder()
    cpSync(join(repositoryRoot(), 'loadtest/networks'), folder.path, { recursive: true })
  })
  afterEach(() => folder[Symbol.dispose]())

  function changed(change: (profile: any) => void): () => unknown {
    const file = join(folder.path, 'access/lte-drops.json')
    const profile = JSON.parse(readFileSync(file, 'utf8'))
    change(profile)
    writeFileSync(file, JSON.stringify(profile))
    return () => readNetwork(spec('lte-drops', 'near'), folder.path)
  }

  it('that is not there is told, with those that are', () => {
    expect(() => readNetwork(spec('3g', 'near'))).toThrow('unknown access network "3g": there are 5g, lte, lte-drops, wifi, wired-lan')
    expect(() => readNetwork(spec('lte', '../access/lte'))).toThrow('unknown region network')
  })

  it('says for each number who measured it', () => {
    expect(changed((profile) => (profile.roundTripMs.sources = []))).toThrow(/access\/lte-drops\.json[^]*sources/)
    expect(changed((profile) => delete profile.jitterMs.why)).toThrow(/why/)
  })

  it('has whole ms, and no jitter that would need a negative delay', () => {
    expect(changed((profile) => (profile.roundTripMs.value = 1.5))).toThrow(/roundTripMs/)
    expect(changed((profile) => Object.assign(profile, { roundTripMs: { ...profile.jitterMs, value: 10 }, jitterMs: { ...profile.jitterMs, value: 6 } }))).toThrow(/half of the round trip/)
  })

  it('has interruptions that end', () => {
    expect(changed((profile) => (profile.drops.forMs.value = 8_000))).toThrow(/the link is there/)
  })

  it('is refused with what it does not know, or when it is no JSON', () => {
    expect(changed((profile) => (profile.lossShare = 0.01))).toThrow(/lossShare/)
    writeFileSync(join(folder.path, 'access/lte-drops.json'), '{')
    expect(() => readNetwork(spec('lte-drops', 'near'), folder.path)).toThrow('is no JSON')
  })
})
