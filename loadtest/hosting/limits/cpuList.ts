/** The kernel's list of CPUs (cpuset(7), "List format"): `0-2,5`. */
export function parseCpuList(text: string): number[] {
  return text.trim().split(',').filter(Boolean).flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
}

export function cpuList(cpus: readonly number[]): string {
  return cpus.join(',')
}

export interface CpuShares {
  readonly load: readonly number[]
  readonly system: readonly number[]
}

/** Half for those who load, the other half, at least as large, for the system. One CPU cannot be parted: undefined. */
export function shareCpus(cpus: readonly number[]): CpuShares | undefined {
  const half = Math.floor(cpus.length / 2)
  return half === 0 ? undefined : { load: cpus.slice(0, half), system: cpus.slice(half) }
}
