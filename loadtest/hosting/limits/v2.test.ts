import { TemporaryFolder } from '@brume/testing'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLimits } from './openLimits.ts'
import { switchOn } from './v2Controllers.ts'
import { V2Group } from './v2Group.ts'

/** A folder stands in for the mount: what is written where is tested, not what the kernel does with it. */
function mountIn(folder: string): string {
  const mount = join(folder, 'unified')
  mkdirSync(mount)
  for (const [name, value] of Object.entries({ 'cgroup.controllers': 'cpuset cpu io memory pids', 'cgroup.subtree_control': 'memory', 'cgroup.procs': '' })) writeFileSync(join(mount, name), value)
  return mount
}

describe('a group of cgroup v2', () => {
  it('is bounded by what the kernel\'s documentation names', () => {
    using folder = new TemporaryFolder()
    const [group, read] = [new V2Group(folder.path, 'g'), (name: string) => readFileSync(join(folder.path, 'g', name), 'utf8')]
    group.make()
    writeFileSync(join(folder.path, 'g/memory.swap.max'), 'max')
    group.share([1, 3])
    group.limit({ cores: 0.25, memoryMiB: 64 })
    expect(['cpuset.cpus', 'cpu.max', 'memory.max', 'memory.swap.max'].map(read)).toEqual(['1,3', '2500 10000', '67108864', '0'])
    group.limit({})
    expect(['cpu.max', 'memory.max', 'memory.swap.max'].map(read)).toEqual(['max 10000', 'max', 'max'])
  })

  it('counts in µs and bytes', () => {
    using folder = new TemporaryFolder()
    const group = new V2Group(folder.path, 'g')
    group.make()
    const files = { 'cpu.stat': 'usage_usec 1234\nnr_throttled 2\nthrottled_usec 56\n', 'memory.events': 'oom 1\noom_kill 3\n', 'memory.peak': '789\n' }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, 'g', name), text)
    expect([group.cpuUs(), group.throttledUs(), group.killedForMemory(), group.memoryPeak()]).toEqual([1_234, 56, 3, 789])
  })
})

describe('the controllers of cgroup v2', () => {
  it('are switched on as far as they are off, and off again', () => {
    using folder = new TemporaryFolder()
    const mount = mountIn(folder.path)
    const switchOff = switchOn(mount, join(mount, 'load'))
    expect(readFileSync(join(mount, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu +cpuset')
    switchOff()
    expect(readFileSync(join(mount, 'cgroup.subtree_control'), 'utf8')).toBe('-cpu -cpuset')
  })

  it('are not touched where they are missing, or where the group has processes of others', () => {
    using folder = new TemporaryFolder()
    const mount = mountIn(folder.path)
    writeFileSync(join(mount, 'cgroup.type'), 'domain')
    writeFileSync(join(mount, 'cgroup.procs'), '1\n')
    expect(() => switchOn(mount, join(mount, 'load'))).toThrow(/has processes of others \(1\): start it by `systemd-run/)
    writeFileSync(join(mount, 'cgroup.controllers'), 'pids')
    expect(() => switchOn(mount, join(mount, 'load'))).toThrow(/no controller cpu, cpuset, memory/)
    expect(readFileSync(join(mount, 'cgroup.subtree_control'), 'utf8')).toBe('memory')
  })

  it('that cannot be had are a reason, and leave no group', async () => {
    using folder = new TemporaryFolder()
    const mount = mountIn(folder.path)
    writeFileSync(join(mount, 'cgroup.controllers'), 'pids')
    const sources = { mounts: `41 31 0:38 / ${mount} rw,relatime - cgroup2 cgroup2 rw`, memberships: '0::/' }
    await using limits = await openLimits({ sources })
    expect(limits.enforced().by).toMatch(/^none: .* has no controller cpu, cpuset, memory/)
    expect([globSync(join(mount, 'brume-*')), existsSync(mount)]).toEqual([[], true])
  })
})
