import { ChildProcess, startCommand, startPlatform, TemporaryFolder, repositoryRoot, type Exit } from '@brume/testing'
import { randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const START_LIMIT_MS = 60_000

async function run(args: string[], env: Record<string, string> = {}): Promise<Exit & { text: string }> {
  const start = startCommand()
  const child = await ChildProcess.start({ command: [...start.command, ...args], cwd: repositoryRoot(), env: { ...process.env, ...start.env, LOG_LEVEL: 'warn', ...env } })
  const timer = setTimeout(() => void child.kill('SIGKILL', 0), START_LIMIT_MS)
  const exit = await child.exited.finally(() => clearTimeout(timer))
  return { ...exit, text: child.output.text }
}

/** Lines of the log are JSON; the rest is what a person reads. */
function shown(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
}

describe("an operator's mistake is one line, never a stack", () => {
  it('a wrong setting: exit 2', async () => {
    const { code, text } = await run(['--port', 'eighty'], { BRUME_OPERATOR_TOKEN: 'short-secret' })
    expect(code).toBe(2)
    expect(shown(text)).toEqual(['Brume cannot start:', expect.stringContaining('--port (PORT): must be a whole number'), expect.stringContaining('BRUME_OPERATOR_TOKEN')])
    expect(text).not.toContain('short-secret')
  })

  it('a port that is taken', async () => {
    using folder = new TemporaryFolder()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const { code, text } = await run(['--data', folder.path, '--port', String(typeof address === 'object' && address?.port)])
    other.close()
    expect([code, shown(text)]).toEqual([1, [expect.stringMatching(/EADDRINUSE.*choose another --port$/)]])
  })

  it('another key-encryption key, and one that others may read', async () => {
    using folder = new TemporaryFolder()
    await (await startPlatform({ data: folder.path })).stop()
    const other = await run(['--data', folder.path, '--port', '0'], { BRUME_KEK: randomBytes(32).toString('base64') })
    expect([other.code, shown(other.text)]).toEqual([1, [expect.stringMatching(/give back the BRUME_KEK/)]])
    expect(other.text).not.toContain('    at ')
    chmodSync(join(folder.path, 'kek'), 0o644)
    const open = await run(['--data', folder.path, '--port', '0'])
    expect([open.code, shown(open.text)]).toEqual([1, [expect.stringMatching(/chmod 600/)]])
  })

  it('a data folder that is a file', async () => {
    using folder = new TemporaryFolder()
    writeFileSync(join(folder.path, 'file'), '')
    const { code, text } = await run(['--data', join(folder.path, 'file', 'data')])
    expect([code, shown(text)]).toEqual([1, [expect.stringMatching(/ENOTDIR.*choose another --data/)]])
  })
})
