import { msText, percentText } from '../markup/format.ts'
import type { Condition } from '../digest/condition.ts'
import { anchoredOf } from '../digest/anchored.ts'
import { total } from '../digest/cost.ts'
import type { Digest, Family } from '../digest/digest.ts'
import { familyText } from '../digest/familyText.ts'
import type { Figure } from '../svg/figure.ts'
import { fileName } from './fileName.ts'
import { sharePanel, type ShareBar } from './sharePanel.ts'

/** Up to the promise. Undefined where no condition of the family has parts. */
export function promisedStack(digest: Digest, family: Family): Figure | undefined {
  const bars = barConditions(digest, family).flatMap((condition) => {
    const parts = digest.parts(condition)
    return parts === undefined ? [] : [barOf(condition, parts)]
  })
  const title = `Parts of a request up to its promise: ${familyText(family)}`
  return bars.length === 0 ? undefined : sharePanel(fileName('parts', family.writeMode, family.workload), title, 'Shares of the mean of accepted requests, per network, placement and load. The table says the same in milliseconds.', bars)
}

/** Up to the final anchor. */
export function anchoredStack(digest: Digest, family: Family): Figure | undefined {
  const bars = barConditions(digest, family).flatMap((condition) => {
    const anchored = anchoredOf(condition)
    return anchored === undefined ? [] : [barOf(condition, anchored)]
  })
  const title = `Parts of a reading's way to its final anchor: ${familyText(family)}`
  return bars.length === 0 ? undefined : sharePanel(fileName('anchored', family.writeMode, family.workload), title, 'Shares of the mean of traced readings, per network, placement and load. The table says the same in milliseconds.', bars)
}

/** Of each placement and network: the lowest load and the highest one below saturation. */
function barConditions(digest: Digest, { writeMode, workload }: Family): Condition[] {
  const measured = digest.conditions.filter((one) => one.writeMode === writeMode && one.workload === workload && one.state !== 'not measured' && one.load < 1)
  const groups = Map.groupBy(measured, ({ placement, network }) => JSON.stringify([network, placement]))
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.load - b.load)
    return [...new Set([sorted[0], sorted.at(-1)])].flatMap((condition) => condition ?? [])
  }).toSorted((a, b) => networkOrder(digest, a) - networkOrder(digest, b))
}

function networkOrder({ plan }: Digest, { network }: Condition): number {
  return plan.networks.findIndex(({ name }) => name === network)
}

/** What the whole has and no part names; without it the bar would look as if the parts were all. */
function unnamed(parts: ShareBar['parts'], meanMs: number): ShareBar['parts'] {
  const ms = meanMs - total(parts.map((part) => part.ms))
  return ms > meanMs / 1_000 ? [{ name: 'named by no step', ms }] : []
}

function barOf({ placement, load, network, state }: Condition, { parts, meanMs, addUp }: { readonly parts: ShareBar['parts']; readonly meanMs: number; readonly addUp: { readonly holds: boolean } }): ShareBar {
  const remarks = [state === 'unsteady' ? 'not steady' : [], addUp.holds ? [] : 'parts do not add up'].flat()
  return { name: `${placement} at ${percentText(load)}`, group: network, parts: [...parts, ...unnamed(parts, meanMs)], note: [`mean ${msText(meanMs)}`, ...remarks].join(', '), doubtful: remarks.length > 0 }
}
