import type { Workload } from '../../model/index.ts'

/** Readings that one accepted request brings; 0 for workloads that only ask. */
const readings: Readonly<Record<Workload, number>> = { reading: 1, 'readings-10': 10, 'readings-100': 100, latest: 0, proof: 0, 'in-block': 1 }

export function readingsPerRequest(workload: Workload): number {
  return readings[workload]
}
