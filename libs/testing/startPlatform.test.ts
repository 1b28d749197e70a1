import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runningEngines } from './engineLeftovers.ts'
import { startPlatform } from './startPlatform.ts'
import { TemporaryFolder } from './temporaryFolder.ts'
import { waitUntil } from './waitUntil.ts'

const fixture = (how: string): [string, ...string[]] => [process.execPath, fileURLToPath(new URL('platform.fixture.mjs', import.meta.url)), how]

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a platform that is started', () => {
  it('is handed over when it says that it is ready, and ends when it is told to', async () => {
    using folder = new TemporaryFolder()
    const platform = await startPlatform({ data: folder.path, command: fixture('ready') })
    expect(platform.url).toBe('http://127.0.0.1:4242')
    expect(isAlive(platform.pid)).toBe(true)
    expect(await platform.stop()).toEqual({ code: 0, signal: null })
    expect(isAlive(platform.pid)).toBe(false)
  })

  it('can be killed as a crash would', async () => {
    using folder = new TemporaryFolder()
    const platform = await startPlatform({ data: folder.path, command: fixture('ready') })
    expect(await platform.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    expect(await platform.stop()).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('that ends before it is ready is an error with what it wrote', async () => {
    using folder = new TemporaryFolder()
    await expect(startPlatform({ data: folder.path, command: fixture('fails') })).rejects.toThrow(/gone before it was ready \(exit 3\)[^]*no room on the disk/)
  })

  it('that is not ready in time is ended', async () => {
    using folder = new TemporaryFolder()
    await expect(startPlatform({ data: folder.path, command: fixture('silent'), readyLimitMs: 200 })).rejects.toThrow('not ready within 0.2 s')
  })

  it('has its tokens in its folder', async () => {
    using folder = new TemporaryFolder()
    await using platform = await startPlatform({ data: folder.path, command: fixture('ready') })
    const token = platform.tenantToken()
    writeFileSync(join(folder.path, 'tenant.token'), 'abc\n')
    expect(await token).toBe('abc')
  })
})

describe('an engine that a crash has left', () => {
  it('is ended with the platform; a process that only has its old pid is not', async () => {
    using folder = new TemporaryFolder()
    const program = join(folder.path, 'ganacheProcess.js')
    writeFileSync(program, 'setInterval(() => undefined, 1000)')
    const [engine, other] = [spawn(process.execPath, [program]), spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])]
    try {
      for (const [name, pid] of Object.entries({ a: engine.pid, b: other.pid })) {
        mkdirSync(join(folder.path, 'engines', name), { recursive: true })
        writeFileSync(join(folder.path, 'engines', name, 'engine.json'), JSON.stringify({ pid, chainId: name }))
      }
      const platform = await startPlatform({ data: folder.path, command: fixture('ready') })
      await platform.kill('SIGKILL')
      expect(runningEngines(folder.path)).toEqual([engine.pid])
      await platform.stop()
      await waitUntil('the end of the engine', () => engine.exitCode !== null || engine.signalCode !== null, { limitMs: 2_000 })
      expect(other.exitCode ?? other.signalCode).toBeNull()
    } finally {
      engine.kill('SIGKILL')
      other.kill('SIGKILL')
    }
  })
})
