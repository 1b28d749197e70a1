import type { LinkPlan } from '@brume/cloud'
import { pause } from '../../traffic.ts'
import type { Evidence } from '../fault.ts'
import type { DrillSite } from '../site/drillSite.ts'
import { openConnections, refusesConnections } from './connections.ts'

const SETTLE_MS = 1_500

/** Every connection of these links is ended, and new ones are refused for so long. */
export async function cutFor(ms: number, plans: readonly LinkPlan[], site: DrillSite, mending: AsyncDisposableStack): Promise<Evidence> {
  const links = plans.map(({ from, to }) => site.cloud.link(from, to))
  const heal = async (): Promise<void> => void (await Promise.all(links.map((link) => link.heal())))
  mending.defer(heal)
  const before = sum(links.map(({ port }) => openConnections(port)))
  await Promise.all(links.map((link) => link.disable()))
  const after = await fewestConnections(links.map(({ port }) => port))
  const refused = (await Promise.all(links.map(({ port }) => refusesConnections(port)))).every(Boolean)
  if (before === 0 || after > 0 || !refused) throw new Error(`${before} connections before the cut, ${after} after it, new ones are ${refused ? '' : 'not '}refused`)
  await pause(ms)
  await heal()
  return `${links.map(({ name }) => name).join(', ')}: ${before} open connections, then 0 for ${ms / 1_000} s and new ones refused`
}

/** Down to none within a moment: the proxy answers while the last one, which was just being made, is still on its way to its end. */
async function fewestConnections(ports: readonly number[]): Promise<number> {
  const endMs = performance.now() + SETTLE_MS
  for (;;) {
    const open = sum(ports.map(openConnections))
    if (open === 0 || performance.now() > endMs) return open
    await pause(20)
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
