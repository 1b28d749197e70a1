import { median } from '../../../bench/statistics.ts'
import type { AchievedDelay, Run } from '../../model/index.ts'

/** A network's delay as a placement met it: the median over its blocks, ms there and back. */
export interface PlacementDelay {
  readonly placement: string
  readonly network: string
  readonly askedMs: number
  readonly achievedMs: number
  readonly lowestMs: number
  readonly highestMs: number
  /** Computed, not measured. */
  readonly coldConnectionMs: number
  readonly blocks: number
}

export function delaysOf({ blocks }: Run): PlacementDelay[] {
  const all = blocks.flatMap(({ placement, delays }) => delays.map((delay) => ({ placement: placement.name, delay })))
  const groups = Map.groupBy(all, ({ placement, delay }) => JSON.stringify([placement, delay.network]))
  return [...groups.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [summary(first.placement, [first.delay, ...rest.map(({ delay }) => delay)], first.delay)]))
}

function summary(placement: string, delays: readonly AchievedDelay[], { network, askedMs }: AchievedDelay): PlacementDelay {
  const achieved = delays.map(({ achievedMs }) => achievedMs)
  return {
    placement,
    network,
    askedMs,
    achievedMs: median(achieved),
    lowestMs: Math.min(...achieved),
    highestMs: Math.max(...achieved),
    coldConnectionMs: median(delays.map(({ coldConnectionMs }) => coldConnectionMs)),
    blocks: delays.length,
  }
}

/** What of a rival's delay is the way between site and cloud: what it has more than the fog node on the same network. Undefined where one of both was not measured. */
export function regionMs(delays: readonly PlacementDelay[], fog: string, rival: string, network: string): number | undefined {
  const [near, far] = [fog, rival].map((placement) => delays.find((delay) => delay.placement === placement && delay.network === network))
  return near === undefined || far === undefined ? undefined : Math.max(0, far.achievedMs - near.achievedMs)
}
