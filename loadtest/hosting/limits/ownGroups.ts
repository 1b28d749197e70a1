import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Folders of the groups that this process is in, as the kernel shows them. New groups are made below: whatever bounds us bounds them too. */
export interface OwnGroups {
  /** cgroup v1: controller → folder. */
  readonly v1: ReadonlyMap<string, string>
  /** cgroup v2, where it has controllers. */
  readonly v2?: string | undefined
}

/** Texts of /proc/self/mountinfo (proc_pid_mountinfo(5)) and /proc/self/cgroup (cgroups(7)). */
export interface GroupSources {
  readonly mounts: string
  readonly memberships: string
}

export function groupSources(): GroupSources {
  const read = (name: string): string => readFileSync(`/proc/self/${name}`, 'utf8')
  return { mounts: read('mountinfo'), memberships: read('cgroup') }
}

export function ownGroups({ mounts, memberships }: GroupSources): OwnGroups {
  const places = mounts.split('\n').flatMap(mountOf)
  const v1 = new Map<string, string>()
  let v2: string | undefined
  for (const { controllers, path } of memberships.split('\n').flatMap(membershipOf)) {
    if (controllers.length === 0) v2 = folderIn(places.find(({ type }) => type === 'cgroup2'), path)
    for (const controller of controllers) {
      const folder = folderIn(places.find(({ type, options }) => type === 'cgroup' && options.includes(controller)), path)
      if (folder !== undefined) v1.set(controller, folder)
    }
  }
  return { v1, v2 }
}

interface Mount {
  readonly root: string
  readonly at: string
  readonly type: string
  readonly options: readonly string[]
}

/** `31 23 0:28 ROOT AT rw … - TYPE source OPTIONS` */
function mountOf(line: string): Mount[] {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , root, at] = before.split(' ')
  const [type = '', , options = ''] = after.split(' ')
  return root === undefined || at === undefined ? [] : [{ root, at, type, options: options.split(',') }]
}

/** `4:cpu,cpuacct:/path`; v2 is `0::/path` */
function membershipOf(line: string): { controllers: string[]; path: string }[] {
  const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
  return controllers === undefined || path === undefined ? [] : [{ controllers: controllers.split(',').filter(Boolean), path }]
}

/** A container may see only a part of the hierarchy, below the mount's root. */
function folderIn(mount: Mount | undefined, path: string): string | undefined {
  if (mount === undefined) return undefined
  const inside = relative(mount.root, path)
  return inside.startsWith('..') ? undefined : join(mount.at, inside)
}
