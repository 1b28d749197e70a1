import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineRefused } from './engine.ts'
import { makePrivateDirectory, socketPathOf } from './socketPath.ts'

describe('socketPathOf', () => {
  it('is in the volume as long as a socket may have such a path', () => {
    expect(socketPathOf(`/${'d'.repeat(93)}`, '/tmp')).toBe(`/${'d'.repeat(93)}/rpc.sock`)
  })

  it('is short, the same each time, and its own for each longer volume', () => {
    const [one, other] = [socketPathOf(`/${'d'.repeat(94)}`, '/tmp'), socketPathOf(`/${'e'.repeat(94)}`, '/tmp')]
    expect(one).toMatch(/^\/tmp\/brume-[0-9a-f]{24}\/rpc\.sock$/)
    expect(other).not.toBe(one)
    expect(socketPathOf(`/${'d'.repeat(94)}`, '/tmp')).toBe(one)
  })

  it('counts bytes, not characters', () => {
    expect(socketPathOf(`/${'é'.repeat(60)}`, '/tmp')).toMatch(/^\/tmp\/brume-/)
  })

  it('refuses rather than binding a cut path', () => {
    expect(() => socketPathOf(`/${'d'.repeat(100)}`, `/${'t'.repeat(100)}`)).toThrow(EngineRefused)
  })
})

describe('makePrivateDirectory', () => {
  let place: string
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'brume-private-'))
  })
  afterEach(() => rmSync(place, { recursive: true }))

  it('closes a directory that others could enter', async () => {
    chmodSync(place, 0o755)
    await makePrivateDirectory(place)
    expect(statSync(place).mode & 0o777).toBe(0o700)
  })

  it('refuses a link that someone put in its place', async () => {
    const link = join(place, 'link')
    symlinkSync(tmpdir(), link)
    await expect(makePrivateDirectory(link)).rejects.toThrow(EngineRefused)
  })

  it.runIf(process.getuid?.() !== 0)('refuses a directory of another user', async () => {
    await expect(makePrivateDirectory('/')).rejects.toThrow(EngineRefused)
  })
})
