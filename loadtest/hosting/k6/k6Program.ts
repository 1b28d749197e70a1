import { goProgram, hasGoProgram, howToGet, type GoProgram } from '@brume/testing'
import { execFileSync } from 'node:child_process'

const K6: GoProgram = { title: 'k6', name: 'k6', module: 'go.k6.io/k6', version: 'v1.8.1' }
/** Reads TypeScript without asking, and has the flags that are used here. */
const OLDEST_MAJOR = 1
const VERSION_LIMIT_MS = 10_000

/** Whether a test that needs k6 can run here. */
export function hasK6(): boolean {
  return hasGoProgram(K6)
}

/** From the PATH, else `.tools/bin/k6`, else made by Go once. @throws with what to do when it is missing or too old */
export async function k6Program(): Promise<string> {
  const program = await goProgram(K6)
  refuseOldK6(program, k6Version(program))
  return program
}

/** Such as `v1.8.1`. */
export function k6Version(program: string): string {
  const text = execFileSync(program, ['version'], { encoding: 'utf8', timeout: VERSION_LIMIT_MS, stdio: ['ignore', 'pipe', 'pipe'] })
  const version = /\bv\d+\.\d+\.\d+\S*/.exec(text)?.[0]
  if (version === undefined) throw new Error(`${program} is not k6: \`${program} version\` says ${JSON.stringify(text.slice(0, 200))}. Instead, ${howToGet(K6)}`)
  return version
}

export function refuseOldK6(program: string, version: string): void {
  if (Number(version.slice(1).split('.', 1)[0]) >= OLDEST_MAJOR) return
  throw new Error(`k6 ${version} at ${program} is too old: v${OLDEST_MAJOR}.0.0 or newer is needed. Take it off the PATH, and ${howToGet(K6)}`)
}
