import { processTree, waitUntil } from '@brume/testing'
import { existsSync, globSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseCpuList } from './cpuList.ts'
import { busyLoop, busyTree, hungry } from './busyLoop.fixture.ts'
import type { Limits } from './limits.ts'
import { openLimits } from './openLimits.ts'
import { groupSources, ownGroups } from './ownGroups.ts'

const own = existsSync('/proc/self/cgroup') ? ownGroups(groupSources()) : { v1: new Map<string, string>() }
const probe = await openLimits()
const permitted = !probe.enforced().by.startsWith('none')
await probe[Symbol.asyncDispose]()

/** Folders of groups of these tests' process. */
function groupsLeft(): string[] {
  return [...own.v1.values(), own.v2 ?? ''].flatMap((folder) => globSync(join(folder, `brume-loadtest-${process.pid}-*`)))
}

describe.skipIf(!permitted)('the limits of this machine (needs control groups)', () => {
  let limits: Limits | undefined
  afterEach(async () => {
    await limits?.[Symbol.asyncDispose]()
    expect(groupsLeft()).toEqual([])
  })

  it('give a busy process the share of a core that was set, and count what was withheld', async () => {
    limits = await openLimits()
    const { system } = limits
    const child = await busyLoop(system.wrapper)
    try {
      system.set({ cores: 0.25, memoryMiB: 256 })
      const throttled = system.throttledUs()
      const share = await shareOf(() => system.cpuUs() ?? 0)
      expect(Math.abs(share - 0.25)).toBeLessThan(0.08)
      expect(system.throttledUs()).toBeGreaterThan(throttled)
      expect(limits.enforced()).toMatchObject({ by: expect.stringMatching(/^cgroup v[12]$/), systemCores: 0.25, memoryMiB: 256 })
    } finally {
      await child.kill('SIGKILL', 1_000)
    }
  })

  it('are lifted by `unlimited`', async () => {
    limits = await openLimits()
    const { system } = limits
    system.set({ cores: 0.25, memoryMiB: 256 })
    system.unlimited()
    const child = await busyLoop(system.wrapper)
    try {
      await waitUntil('most of a core', async () => (await shareOf(() => system.cpuUs() ?? 0)) > 0.4, { limitMs: 10_000 })
      expect(limits.enforced().systemCores).toBeUndefined()
    } finally {
      await child.kill('SIGKILL', 1_000)
    }
  })

  it('hold for what is started later, from its first instruction', async () => {
    limits = await openLimits()
    const { system } = limits
    const child = await busyTree(system.wrapper)
    try {
      await waitUntil('both run', () => child.output.text.includes('up'), { limitMs: 10_000 })
      expect(system.pids.toSorted()).toEqual(processTree(child.pid).toSorted())
    } finally {
      await child.kill('SIGKILL', 1_000)
    }
  })

  it('take a process in with its present children', async () => {
    limits = await openLimits()
    const { load, system } = limits
    const child = await busyTree()
    try {
      await waitUntil('both run', () => child.output.text.includes('up'), { limitMs: 10_000 })
      load.enter(child.pid)
      expect(load.pids.toSorted()).toEqual(processTree(child.pid).toSorted())
      expect(load.pids).toHaveLength(2)
      system.enter(child.pid)
      expect([load.pids, system.pids.length]).toEqual([[], 2])
    } finally {
      await child.kill('SIGKILL', 1_000)
    }
  })

  it('take this very process in, and give it back', async () => {
    limits = await openLimits()
    limits.load.enter(process.pid)
    expect(limits.load.pids).toContain(process.pid)
    await limits[Symbol.asyncDispose]()
    expect(ownGroups(groupSources())).toEqual(own)
  })

  it('end a process that takes more memory than was set', async () => {
    limits = await openLimits()
    const { system } = limits
    system.set({ memoryMiB: 128 })
    const child = await hungry(system.wrapper)
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(system.killedForMemory()).toBeGreaterThan(0)
    expect(system.memoryPeak()).toBeLessThanOrEqual(128 * 1_024 * 1_024)
  })

  it('part the CPUs; until its cores are set, the system has all of them', async () => {
    limits = await openLimits()
    const { system } = limits
    const before = limits.enforced()
    expect(before.systemCpus?.split(',')).toHaveLength(os.cpus().length)
    const child = await busyLoop(system.wrapper)
    try {
      const cpusOf = (): string => /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1] ?? ''
      await waitUntil('the process is in the group', () => system.pids.includes(child.pid), { limitMs: 5_000 })
      expect(parseCpuList(cpusOf())).toEqual(parseCpuList(before.systemCpus ?? ''))
      system.set({ cores: 0.5 })
      const { systemCpus, loadCpus } = limits.enforced()
      expect(parseCpuList(cpusOf())).toEqual(parseCpuList(systemCpus ?? ''))
      expect(parseCpuList(cpusOf())).not.toEqual(parseCpuList(loadCpus ?? ''))
    } finally {
      await child.kill('SIGKILL', 1_000)
    }
  })

  it('refuse more cores than the system has', async () => {
    limits = await openLimits()
    const { system } = limits
    expect(() => system.set({ cores: 1_000 })).toThrow(/cannot be given 1000 cores/)
    expect(() => system.set({ cores: 0 })).toThrow(RangeError)
  })

  // Linux has no pid above 2^22 (proc_sys_kernel(5)).
  it('remove the groups of a run that was killed, and nobody else\'s', async () => {
    const folder = own.v1.get('cpu') ?? own.v2 ?? ''
    const [killed, alive] = [join(folder, 'brume-loadtest-4194999-dead.system'), join(folder, `brume-loadtest-${process.ppid}-alive.load`)]
    for (const group of [killed, alive]) mkdirSync(group)
    try {
      limits = await openLimits()
      expect([existsSync(killed), existsSync(alive)]).toEqual([false, true])
    } finally {
      for (const group of [killed, alive]) if (existsSync(group)) rmdirSync(group)
    }
  })
})

describe('where there are no control groups', () => {
  it('nothing is enforced, and the reason is told', async () => {
    await using limits = await openLimits({ sources: { mounts: '', memberships: '' } })
    limits.system.set({ cores: 0.5, memoryMiB: 64 })
    expect(limits.enforced()).toEqual({ by: 'none: this system shows no control groups with CPU, CPU set and memory' })
    expect([limits.system.wrapper, limits.system.cpuUs()]).toEqual([[], undefined])
  })
})

/** Of one CPU, over half a second at least. */
async function shareOf(cpuUs: () => number): Promise<number> {
  const [fromUs, fromMs] = [cpuUs(), performance.now()]
  await waitUntil('half a second', () => performance.now() - fromMs > 500, { limitMs: 5_000, everyMs: 10 })
  return (cpuUs() - fromUs) / 1_000 / (performance.now() - fromMs)
}
