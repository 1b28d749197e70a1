import { figure, heading, list, text, type Section } from '../document/block.ts'
import type { Digest } from '../digest/digest.ts'
import { mainFamily } from '../digest/mainFamily.ts'
import { placementsText } from '../digest/placementText.ts'
import type { Duel } from '../digest/duel.ts'
import { mainPicture } from '../charts/mainPicture.ts'
import { findingsOf } from '../findings/findings.ts'
import { statement } from '../findings/dominance.ts'

/** The first page: what is asked, the answers, the picture. */
export function question(digest: Digest, duels: readonly Duel[]): Section {
  const family = mainFamily(digest)
  return {
    id: 'question',
    title: 'The question and what the numbers say',
    blocks: [
      text(`Where should a chain for IoT devices be hosted: in the cloud, or in the fog, on a small box beside the devices? Samaniego, Jamsrandorj and Deters (Blockchain as a Service for IoT, Cloud versus Fog) say: ${statement}. That is a hypothesis here; no figure of theirs is used. This run measures it on the real system, with the same code, engine and settings in each placement: ${placementsText(digest.plan)}.`),
      text('Every sentence below is made from the numbers of this run. "Not decided" means that the 95 % interval holds both answers. Sentences that begin with "Computed" rest on delays that were not measured.'),
      ...(family === undefined ? [] : [figure(mainPicture(digest, family))]),
      ...findingsOf(digest, duels).flatMap((finding) => [heading(finding.question), list(finding.sentences)]),
    ],
  }
}
