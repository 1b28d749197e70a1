import { processTree } from '@brume/testing'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pidsIn, readKernel, writeKernel } from './kernelFile.ts'

const needed = ['cpu', 'cpuset', 'memory']

/** Switches the controllers of a folder's groups on, as far as they are off. @returns how to switch them off again */
export function switchOn(above: string, load: string): () => void {
  const control = join(above, 'cgroup.subtree_control')
  const [there, on] = [words(join(above, 'cgroup.controllers')), words(control)]
  const missing = needed.filter((name) => !there.includes(name))
  if (missing.length > 0) throw new Error(`${above} has no controller ${missing.join(', ')}: start it by \`systemd-run --scope -p Delegate=yes\``)
  const off = needed.filter((name) => !on.includes(name))
  if (off.length === 0) return () => undefined
  makeRoom(above, load)
  writeKernel(control, off.map((name) => `+${name}`).join(' '))
  return () => writeKernel(control, off.map((name) => `-${name}`).join(' '))
}

/** Outside the root, a group whose groups have controllers may have no processes itself (cgroup-v2, "No Internal Process Constraint"). */
function makeRoom(above: string, load: string): void {
  if (!existsSync(join(above, 'cgroup.type'))) return // the root has none
  const ours = new Set([...ancestors(process.pid), ...processTree(process.pid)])
  const members = pidsIn(join(above, 'cgroup.procs'))
  const others = members.filter((pid) => !ours.has(pid))
  if (others.length > 0) throw new Error(`${above} has processes of others (${others.slice(0, 5).join(', ')}): start it by \`systemd-run --scope -p Delegate=yes\``)
  for (const pid of members) writeKernel(join(load, 'cgroup.procs'), pid)
}

/** Such as npm and its shell. */
function ancestors(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  return parent > 1 ? [parent, ...ancestors(parent)] : []
}

function words(path: string): string[] {
  return readKernel(path).split(/\s+/)
}
