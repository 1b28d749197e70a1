import { saturation } from '../capacity/saturation.ts'
import { saturationTarget } from '../capacity/saturationTarget.ts'
import type { Block } from '../model/index.ts'
import type { BlockBench } from './blockBench.ts'
import type { UnderTest } from './underTest.ts'

/** A trial is over sooner. */
const ROUND_S = 3
const TRIAL_ROUND_S = 0.5

/** Measures the capacities that the run does not have yet. */
export async function blockCapacities(block: Block, system: UnderTest, { plan, capacities, signal, progress }: BlockBench): Promise<void> {
  const roundS = plan.trial ? TRIAL_ROUND_S : ROUND_S
  for (const workload of capacities.missing(block)) {
    const { perS, rounds } = await saturation(saturationTarget(system.undelayedPort, system.chain, workload), { roundS, signal })
    progress(`capacity for ${workload}: ${perS.toFixed(0)} requests/s (${rounds.map((rate) => rate.toFixed(0)).join(', ')})`)
    await capacities.add({ placement: block.placement.name, writeMode: block.writeMode, workload, perS, rounds })
  }
}
