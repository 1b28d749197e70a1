import type { Plan } from '../model/index.ts'

/** What profiles of networks there are, for tests of plans. */
export const knownNetworks = { access: ['wired-lan', 'wifi'], region: ['near', 'far'] }

/** Small: two placements, two networks, one part. */
export function samplePlan(changes: Partial<Plan> = {}): Plan {
  return {
    name: 'sample', seed: 1, warmUpS: 1, measuredS: 8,
    placements: [{ name: 'fog-1', kind: 'fog', cores: 1, memoryMiB: 512 }, { name: 'cloud', kind: 'cloud', cores: 1, memoryMiB: 4_096 }],
    networks: [{ name: 'wifi+far', access: 'wifi', region: 'far' }, { name: 'wired-lan+near', access: 'wired-lan', region: 'near' }],
    matrix: [{ placements: ['fog-1', 'cloud'], networks: ['wifi+far', 'wired-lan+near'], writeModes: ['batched', 'direct'], workload: 'reading', loads: [0.1, 0.8], repetitions: 3 }],
    leftOut: [],
    ...changes,
  }
}
