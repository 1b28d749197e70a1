import { table, text, type Section } from '../document/block.ts'
import type { Digest } from '../digest/digest.ts'
import { numberText } from '../markup/format.ts'

/** What the network profiles asked for, and what requests met. */
export function delays(digest: Digest): Section {
  const rows = digest.delays.map(({ placement, network, askedMs, achievedMs, lowestMs, highestMs, blocks, coldConnectionMs }) => [
    placement, network, numberText(askedMs), numberText(achievedMs), `${numberText(lowestMs)} to ${numberText(highestMs)}`, String(blocks), numberText(coldConnectionMs),
  ])
  const networks = digest.plan.networks.map(({ name, access, region }) => [name, access, region])
  return {
    id: 'delays',
    title: 'Delays: asked, achieved, and what a cold connection would add',
    blocks: [
      text('There and back, ms, measured through the same proxies before each block; a block whose delay is off by more than 10 % or 0.5 ms, the larger, is refused. Connections are kept open. What a cold one adds is computed from its handshakes, never measured, and part of no other number here.'),
      table('Networks', ['Name', 'Device to site', 'Site to cloud'], networks),
      table('Delays', ['Placement', 'Network', 'Asked, ms', 'Achieved, ms (median)', 'Lowest to highest, ms', 'Blocks', 'Cold connection, ms (computed)'], rows, [6]),
    ],
  }
}
