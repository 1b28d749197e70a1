import { describe, expect, it } from 'vitest'
import { cpuList, parseCpuList, shareCpus } from './cpuList.ts'
import { ownGroups } from './ownGroups.ts'

describe('the groups that a process is in', () => {
  it('are found where controllers share a folder', () => {
    const mounts = '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory'
    const { v1, v2 } = ownGroups({ mounts, memberships: '4:memory:/a/b\n2:cpu,cpuacct:/\n1:name=systemd:/x\n' })
    expect([Object.fromEntries(v1), v2]).toEqual([{ cpu: '/sys/fs/cgroup/cpu,cpuacct', cpuacct: '/sys/fs/cgroup/cpu,cpuacct', memory: '/sys/fs/cgroup/memory/a/b' }, undefined])
  })

  it('are found in a container that sees only its own', () => {
    const mounts = '41 31 0:38 /docker/1 /sys/fs/cgroup ro - cgroup2 cgroup2 rw'
    expect(ownGroups({ mounts, memberships: '0::/docker/1/inner' }).v2).toBe('/sys/fs/cgroup/inner')
    expect(ownGroups({ mounts, memberships: '0::/elsewhere' }).v2).toBeUndefined()
  })
})

describe('CPUs', () => {
  it('are read and written as the kernel lists them', () => {
    expect(parseCpuList('0-2,5\n')).toEqual([0, 1, 2, 5])
    expect(cpuList([0, 5])).toBe('0,5')
    expect(parseCpuList('')).toEqual([])
  })

  it('are parted in halves, the larger one for the system; one cannot be parted', () => {
    expect(shareCpus([0, 1])).toEqual({ load: [0], system: [1] })
    expect(shareCpus([0, 1, 2])).toEqual({ load: [0], system: [1, 2] })
    expect(shareCpus([0, 1, 2, 3])).toEqual({ load: [0, 1], system: [2, 3] })
    expect(shareCpus([3])).toBeUndefined()
  })
})
