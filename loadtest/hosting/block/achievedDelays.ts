import type { AchievedDelay, Block } from '../model/index.ts'
import { refuseDelay, type Network, type NetworkLinks } from '../networks/index.ts'
import type { BlockBench } from './blockBench.ts'

/** Of every network that the block's cells have, through the same proxies. @throws DelayRefused */
export async function achievedDelays({ cells }: Block, links: NetworkLinks, bench: Pick<BlockBench, 'networks' | 'signal'>): Promise<AchievedDelay[]> {
  const delays: AchievedDelay[] = []
  for (const name of new Set(cells.map(({ network }) => network))) {
    bench.signal.throwIfAborted()
    const achieved = await links.settle(networkOf(bench, name))
    refuseDelay(achieved)
    delays.push(achieved)
  }
  await links.heal()
  return delays
}

export function networkOf({ networks }: Pick<BlockBench, 'networks'>, name: string): Network {
  const network = networks.get(name)
  if (network === undefined) throw new RangeError(`the plan has no network ${name}`)
  return network
}
