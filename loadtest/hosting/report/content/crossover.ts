import { figure, fold, list, table, text, type Block, type Section } from '../document/block.ts'
import { crossoverMap } from '../charts/crossoverMap.ts'
import { verdictWords } from '../charts/crossoverSigns.ts'
import { computedAt, gridOf } from '../digest/computedDelay.ts'
import type { Digest } from '../digest/digest.ts'
import type { Duel } from '../digest/duel.ts'
import { basisText, familyText } from '../digest/familyText.ts'
import { isSameFamily, mainFamily } from '../digest/mainFamily.ts'
import { againstSentence, delaySentence } from '../findings/findings.ts'
import { numberText, percentText } from '../markup/format.ts'

/** Which placement is faster, at which load and delay. */
export function crossover(digest: Digest, duels: readonly Duel[]): Section {
  const main = mainFamily(digest)
  const [first, rest] = [duels.filter((duel) => main !== undefined && isSameFamily(duel, main)), duels.filter((duel) => main === undefined || !isSameFamily(duel, main))]
  return {
    id: 'crossover',
    title: 'Crossover: where the fog loses',
    blocks: [
      text('Each map holds one fog box against one other placement: the lower p95 wins. A row is the fog box at a share of its own capacity, against the other one equally busy, or against the other one at its lowest measured load, as a cloud is that adds machines in time. Marks are measured. Areas are computed: the p95 at another delay is taken as that at the nearest measured delay, plus the difference of the two delays; below the shortest measured delay this reaches down to 0, above the longest one of that placement nothing is computed, and nothing from networks that were measured at some loads only. Networks differ in the access to the site as well; both placements pay it, so it is left out of the delay.'),
      ...(duels.length === 0 ? [text('Nothing was measured that can be held against each other.')] : []),
      ...first.flatMap(mapOf),
      ...rest.map((duel) => fold(`${nameOf(duel)}`, mapOf(duel))),
    ],
  }
}

function mapOf(duel: Duel): Block[] {
  return [figure(crossoverMap(duel)), fold(`In words and numbers: ${nameOf(duel)}`, [list([againstSentence(duel), delaySentence(duel)]), measured(duel), computed(duel)])]
}

function nameOf(duel: Duel): string {
  return `${duel.fog} or ${duel.rival}, ${familyText(duel)}, ${basisText(duel)}`
}

function measured(duel: Duel): Block {
  const head = ['Network', 'Delay to the cloud, ms', `${duel.fog} at`, `${duel.rival} at`, 'Lower p95']
  return table(`Measured: ${nameOf(duel)}`, head, duel.points.map(({ network, regionMs, load, rivalLoad, verdict }) => [network, numberText(regionMs), percentText(load), percentText(rivalLoad), verdictWords(verdict, duel)]))
}

/** Tables of its own, so that no column mixes what was measured with what was not. */
function computed(duel: Duel): Block {
  const rows = duel.loads.flatMap((load) => gridOf(duel).flatMap((delayMs) => {
    const found = computedAt(duel, load, delayMs)
    return found === undefined ? [] : [[percentText(load), numberText(delayMs), found.from, verdictWords(found.verdict, duel)]]
  }))
  return table(`Computed: ${nameOf(duel)}`, [`${duel.fog} at`, 'Delay to the cloud, ms', 'Computed from', 'Lower p95 (computed)'], rows, [1, 2, 3])
}
