import { OperatorError, loadConfig } from '@brume/config'
import { TemporaryFolder } from '@brume/testing'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engineFor } from './engineFor.ts'
import { readEngineToken } from './engineToken.ts'
import { GanacheEngine } from './ganache/ganacheEngine.ts'
import { HostedEngine } from './hosted/hostedEngine.ts'

const token = 'abcdefghijklmnopqrstuvwxyz-0123456789'

describe('the engine of a platform', () => {
  it('is a process of its own machine, or, where ENGINE_URL names a host, one of that host', () => {
    using folder = new TemporaryFolder()
    const file = join(folder.path, 'token')
    writeFileSync(file, token)
    expect(engineFor(loadConfig({ env: {}, argv: [] }))).toBeInstanceOf(GanacheEngine)
    expect(engineFor(loadConfig({ env: { ENGINE_URL: 'http://engines:8090', ENGINE_TOKEN_FILE: file }, argv: [] }))).toBeInstanceOf(HostedEngine)
  })

  it('is refused with one line where a host has no token', () => {
    expect(() => engineFor(loadConfig({ env: { ENGINE_URL: 'http://engines:8090' }, argv: [] }))).toThrow('ENGINE_TOKEN_FILE: is needed with ENGINE_URL')
  })

  it.each(['engines:8090', 'https://engines', 'http://engines/path', 'http://user:secret@engines', 'http://engines?x', 'nonsense', 'http://'])('is not looked for at %s', (url) => {
    expect(() => loadConfig({ env: { ENGINE_URL: url }, argv: [] })).toThrow(/ENGINE_URL: must be http:\/\/HOST:PORT/)
  })
})

describe('the token of the engine host', () => {
  it('is read as Kubernetes mounts it, readable by a group and with a line end', () => {
    using folder = new TemporaryFolder()
    const file = join(folder.path, 'token')
    writeFileSync(file, `${token}\n`)
    chmodSync(file, 0o440)
    expect(readEngineToken(file)).toBe(token)
  })

  it.each(['', 'short', `${token} ${token}`, `${token}é`, 'x'.repeat(5_000).concat('\n')])('is never shown by its refusal (%#)', (content) => {
    using folder = new TemporaryFolder()
    const file = join(folder.path, 'token')
    writeFileSync(file, content)
    expect(() => readEngineToken(file)).toThrow(new OperatorError(`${file} must hold a bearer token of 32 to 1,024 characters and nothing else`))
  })

  it('that is missing is named', () => {
    expect(() => readEngineToken('/nowhere/token')).toThrow(/^the token of the engine host cannot be read: ENOENT.*\/nowhere\/token/)
  })
})
