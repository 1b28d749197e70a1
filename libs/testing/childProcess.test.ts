import { describe, expect, it } from 'vitest'
import { ChildProcess, startingUnder } from './childProcess.ts'

async function said(): Promise<string> {
  const child = await ChildProcess.start({ command: ['/bin/sh', '-c', 'echo $1$WHO', 'sh', 'a b'], cwd: '.', env: process.env })
  expect(await child.exited).toEqual({ code: 0, signal: null })
  return child.output.text.trim()
}

describe('a process that is started under a command', () => {
  it('is begun by it, however deep the start is, and only there', async () => {
    const deep = async (): Promise<string> => {
      await Promise.resolve()
      return said()
    }
    const [under, beside] = await Promise.all([startingUnder(['/usr/bin/env', 'WHO=!'], deep), said()])
    expect([under, beside]).toEqual(['a b!', 'a b'])
  })

  it('needs none', async () => {
    expect(await startingUnder([], said)).toBe('a b')
  })
})
