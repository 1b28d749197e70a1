import { TemporaryFolder } from '@brume/testing'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { k6Program, k6Version, refuseOldK6 } from './k6Program.ts'

function program(folder: string, says: string): string {
  const path = join(folder, 'k6')
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`)
  chmodSync(path, 0o755)
  return path
}

describe('the k6 that is found on the PATH', () => {
  let folder: TemporaryFolder
  beforeEach(() => {
    folder = new TemporaryFolder()
    vi.stubEnv('PATH', `${folder.path}:/usr/bin:/bin`)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    folder[Symbol.dispose]()
  })

  it('is taken before any other', async () => {
    const path = program(folder.path, 'k6 v1.9.0 (go1.25.0, linux/amd64)')
    expect(await k6Program()).toBe(path)
    expect(k6Version(path)).toBe('v1.9.0')
  })

  it('is refused when it is too old, with how to get another', async () => {
    program(folder.path, 'k6 v0.49.0 (go1.21, linux/amd64)')
    await expect(k6Program()).rejects.toThrow(/k6 v0\.49\.0 at .* is too old.*go install go\.k6\.io\/k6@v1\.8\.1/)
  })

  it('is refused when it is something else, such as the npm package of that name', async () => {
    program(folder.path, 'hello')
    await expect(k6Program()).rejects.toThrow('is not k6')
  })

  it('may be any version from the first that reads TypeScript by itself', () => {
    expect(() => refuseOldK6('k6', 'v1.0.0')).not.toThrow()
    expect(() => refuseOldK6('k6', 'v2.0.0-rc1')).not.toThrow()
  })
})
