import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parsePromise } from '@brume/envelope'
import { startPlatform, type RunningPlatform } from '@brume/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Site } from './site.ts'
import { pause, Traffic } from './traffic.ts'

/** Once at each step of "Life of a reading": where the process dies, and at which pass. */
const steps = [
  'accept.before-append:3',
  'append.before-commit:3',
  'append.after-commit:3',
  'append.before-answer:3',
  'sequence.before-commit:3',
  'sequence.after-commit:3',
  'checkpoint.after-store:2',
  'anchor.after-store:2',
  'anchor.after-broadcast:2',
  'final.before-commit:2',
  'final.after-commit:2',
]
const RANDOM_KILLS = 5
const ENGINE_KILLS = 3
const SEED = 20_161_101

/** Small deterministic generator (Numerical Recipes): a failing moment can be tried again. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

function commandLine(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // ended meanwhile
  }
}

const brume = fileURLToPath(new URL('../cli/bin/brume.mjs', import.meta.url))

describe('kill -9 while readings flow', () => {
  const data = mkdtempSync(join(tmpdir(), 'brume-crash-'))
  const chains: Record<'batched' | 'direct', string> = { batched: '', direct: '' }
  const traffic: Traffic[] = []
  let platform: RunningPlatform
  let site: Site
  let kills = 0

  beforeAll(async () => {
    platform = await startPlatform({ data, env: { LOG_LEVEL: 'fatal' } })
    site = new Site(() => platform.url, await platform.tenantToken())
    for (const mode of ['batched', 'direct'] as const) {
      chains[mode] = await site.chain(mode)
      for (let n = 0; n < 2; n++) traffic.push(new Traffic(() => platform.url, await site.device(chains[mode])))
    }
  }, 120_000)

  afterAll(async () => {
    await Promise.all(traffic.map((one) => one.stop()))
    await platform.stop()
    rmSync(data, { recursive: true })
  }, 60_000)

  async function restart(env: Record<string, string> = {}): Promise<void> {
    platform = await startPlatform({ data, env: { LOG_LEVEL: 'fatal', ...env } })
  }

  async function acknowledgedMore(): Promise<void> {
    const before = traffic.map(({ acknowledged }) => acknowledged.length)
    await site.until('every device is acknowledged again', async () => traffic.every(({ acknowledged }, i) => acknowledged.length > (before[i] ?? 0)))
  }

  it.each(steps)('at %s', async (step) => {
    await platform.kill('SIGKILL')
    await restart({ BRUME_FAULT: step })
    expect(await platform.exited).toMatchObject({ signal: 'SIGKILL' })
    kills += 2
    await restart()
    await acknowledgedMore()
  }, 60_000)

  it(`at ${RANDOM_KILLS} random moments`, async () => {
    const moments = random(SEED)
    for (let n = 0; n < RANDOM_KILLS; n++) {
      await pause(moments.next().value * 1_000)
      await platform.kill('SIGKILL')
      kills++
      await restart()
      await acknowledgedMore()
    }
  }, 120_000)

  it(`of the engine, ${ENGINE_KILLS} times`, async () => {
    for (let n = 0; n < ENGINE_KILLS; n++) {
      const mode = n % 2 === 0 ? 'batched' : 'direct'
      const { pid } = JSON.parse(readFileSync(join(data, 'engines', chains[mode], 'engine.json'), 'utf8'))
      process.kill(pid, 'SIGKILL')
      kills++
      await acknowledgedMore() // readings go on being accepted meanwhile
      await site.until('another engine runs', async () => JSON.parse(readFileSync(join(data, 'engines', chains[mode], 'engine.json'), 'utf8')).pid !== pid)
    }
  }, 120_000)

  it('loses nothing, doubles nothing, breaks no promise', async () => {
    await Promise.all(traffic.map((one) => one.stop()))
    expect(kills).toBeGreaterThanOrEqual(15)
    expect(traffic.flatMap(({ wrong }) => wrong)).toEqual([])
    for (const [i, mode] of (['batched', 'direct'] as const).entries()) {
      const acknowledged = traffic.slice(i * 2, i * 2 + 2).flatMap((one) => one.acknowledged)
      await site.until(`all of the ${mode} chain is anchored`, async () => (await site.entries(chains[mode])).every(({ state }) => state === 'anchored'), 90_000)
      const entries = await site.entries(chains[mode])
      const times = new Map<string, number>()
      for (const { leafHash } of entries) times.set(leafHash, (times.get(leafHash) ?? 0) + 1)
      expect(acknowledged.length).toBeGreaterThan(100)
      expect(acknowledged.filter(({ leafHash }) => times.get(leafHash) !== 1)).toEqual([])
      expect(entries.flatMap(({ flags }) => flags)).toEqual([])
      for (const { promise, leafHash } of acknowledged) {
        const parsed = parsePromise(Buffer.from(promise))
        expect(parsed.ok && parsed.value.leafHashes.includes(leafHash)).toBe(true)
      }
    }
  }, 200_000)

  it.each(['batched', 'direct'] as const)('leaves a %s ledger that fsck finds clean', (mode) => {
    const result = spawnSync(process.execPath, [brume, 'fsck', '--url', platform.url, '--chain', chains[mode], '--json'], { encoding: 'utf8', timeout: 120_000 })
    expect({ status: result.status, stderr: result.stderr.slice(-2_000), stdout: result.status === 0 ? '' : result.stdout.slice(-4_000) }).toEqual({ status: 0, stderr: expect.any(String), stdout: '' })
  }, 130_000)

  it('leaves one engine for each chain, and no other process', () => {
    const listed = globSync('/proc/[0-9]*/cmdline').map(commandLine).filter((line) => line.includes(data) && line.includes('ganacheProcess'))
    expect(listed).toHaveLength(2)
  })
})
