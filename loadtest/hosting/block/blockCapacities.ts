import { saturation } from '../capacity/saturation.ts'
import { saturationTarget } from '../capacity/saturationTarget.ts'
import type { Block, Capacity } from '../model/index.ts'
import type { BlockBench } from './blockBench.ts'
import type { UnderTest } from './underTest.ts'

/** A trial is over sooner. */
const ROUND_S = 2
const TRIAL_ROUND_S = 0.5

/** Of every workload that the block's cells have. */
export async function blockCapacities({ cells }: Block, system: UnderTest, { plan, signal, progress }: Pick<BlockBench, 'plan' | 'signal' | 'progress'>): Promise<Capacity[]> {
  const roundS = plan.trial ? TRIAL_ROUND_S : ROUND_S
  const capacities: Capacity[] = []
  for (const workload of new Set(cells.map((cell) => cell.workload))) {
    const { perS, rounds } = await saturation(saturationTarget(system.undelayedPort, system.chain, workload), { roundS, signal })
    progress(`capacity for ${workload}: ${perS.toFixed(0)} requests/s (${rounds.map((rate) => rate.toFixed(0)).join(', ')})`)
    capacities.push({ workload, perS, rounds })
  }
  return capacities
}
