import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operatorToken } from './operatorToken.ts'
import { createSecretFile, readSecretFile } from './secretFile.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brume-secret-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const bytes = (text: string) => () => Buffer.from(text)

async function createInOwnProcess(path: string): Promise<string> {
  const script = `const { createSecretFile } = await import(${JSON.stringify(new URL('./secretFile.ts', import.meta.url).href)}); process.stdout.write(createSecretFile(${JSON.stringify(path)}, () => Buffer.from(String(process.pid))))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [status] = await once(child, 'close')
  expect(status).toBe(0)
  return output
}

describe('createSecretFile', () => {
  it('makes the file once, for its owner only, and leaves nothing beside it', () => {
    const path = join(folder, 'deep', 'kek')
    expect(Buffer.from(createSecretFile(path, bytes('first'))).toString()).toBe('first')
    expect(Buffer.from(createSecretFile(path, bytes('second'))).toString()).toBe('first')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'deep'))).toEqual(['kek'])
  })

  it('gives processes that start at once the same secret', async () => {
    const path = join(folder, 'kek')
    const secrets = await Promise.all([1, 2, 3, 4].map(() => createInOwnProcess(path)))
    expect(new Set(secrets).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['kek'])
  })

  it('does not overwrite a secret that appeared meanwhile', () => {
    const path = join(folder, 'kek')
    const make = (): Uint8Array => {
      createSecretFile(path, bytes('faster'))
      return Buffer.from('slower')
    }
    expect(Buffer.from(createSecretFile(path, make)).toString()).toBe('faster')
  })

  it('refuses a file that others can read', () => {
    const path = join(folder, 'kek')
    writeFileSync(path, 'x')
    chmodSync(path, 0o644)
    expect(() => readSecretFile(path)).toThrow('is open to others than its owner (mode 644): chmod 600 it')
  })
})

describe('operatorToken', () => {
  it('is kept over restarts', () => {
    const token = operatorToken({ operatorToken: undefined, dataDir: folder })
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(operatorToken({ operatorToken: undefined, dataDir: folder })).toBe(token)
  })

  it('is taken from the configuration first', () => {
    expect(operatorToken({ operatorToken: 'given', dataDir: folder })).toBe('given')
    expect(readdirSync(folder)).toEqual([])
  })
})
