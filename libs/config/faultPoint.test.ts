import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseFault } from './faultPoint.ts'

const child = fileURLToPath(new URL('./faultPoint.fixture.ts', import.meta.url))

function runChild(fault: string | undefined, where: 'main' | 'worker'): { signal: string | null; status: number | null; stdout: string } {
  const { BRUME_FAULT: _, ...env } = process.env
  const run = spawnSync(process.execPath, [child, where], { env: fault === undefined ? env : { ...env, BRUME_FAULT: fault }, encoding: 'utf8', timeout: 15_000 })
  return { signal: run.signal, status: run.status, stdout: run.stdout }
}

describe.each(['main', 'worker'] as const)('faultPoint on the %s thread', (where) => {
  it('kills with SIGKILL before the next statement', () => {
    expect(runChild('append.before-commit', where)).toEqual({ signal: 'SIGKILL', status: null, stdout: '' })
  })

  it('kills at the pass that is named', () => {
    expect(runChild('append.before-commit:3', where)).toEqual({ signal: 'SIGKILL', status: null, stdout: '1\n2\n' })
  })

  it('does nothing when the variable is unset or names another point', () => {
    expect(runChild(undefined, where)).toEqual({ signal: null, status: 0, stdout: '1\n2\n3\n' })
    expect(runChild('append.after-commit', where)).toEqual({ signal: null, status: 0, stdout: '1\n2\n3\n' })
  })
})

describe('parseFault', () => {
  it.each(['Append', 'a:0', 'a:x', 'a:1:2', ' a', 'a.'])('refuses %j, so that a misspelt test cannot pass', (text) => {
    expect(() => parseFault(text)).toThrow('BRUME_FAULT must be "name" or "name:n"')
  })
})
