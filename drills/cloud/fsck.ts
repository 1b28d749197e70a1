import { repositoryRoot } from '@brume/testing'
import { execFile } from 'node:child_process'
import { join } from 'node:path'

const LIMIT_MS = 300_000

/** `brume fsck` over a whole ledger, from outside. @returns undefined when it is clean, else what it found */
export function fsck(url: string, chain: string): Promise<string | undefined> {
  const brume = join(repositoryRoot(), 'cli/bin/brume.mjs')
  return new Promise((resolve) => {
    execFile(process.execPath, [brume, 'fsck', '--url', url, '--chain', chain, '--json'], { timeout: LIMIT_MS, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve(error === null ? undefined : `exit ${error.code ?? error.signal}: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`)
    })
  })
}
