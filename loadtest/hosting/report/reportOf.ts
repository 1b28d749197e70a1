import type { Run } from '../model/index.ts'
import { cells } from './content/cells.ts'
import { conditionsSection } from './content/conditions.ts'
import { cost } from './content/cost.ts'
import { crossover } from './content/crossover.ts'
import { delays } from './content/delays.ts'
import { latency } from './content/latency.ts'
import { notEmulated } from './content/notEmulated.ts'
import { parts } from './content/parts.ts'
import { question } from './content/question.ts'
import { Digest } from './digest/digest.ts'
import { duelsOf } from './digest/duel.ts'
import type { Report } from './document/block.ts'

/** What a run says, before it becomes a page or Markdown. The same run gives the same report. */
export function reportOf(run: Run): Report {
  const digest = new Digest(run)
  const duels = duelsOf(digest)
  return {
    title: 'Where should the chain be hosted? Cloud, fog and site gateway measured',
    sections: [question(digest, duels), latency(digest), parts(digest), crossover(digest, duels), cost(digest), delays(digest), conditionsSection(digest), notEmulated(), cells(digest)],
  }
}
