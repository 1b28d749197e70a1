import { outcomes, type Outcome, type RequestColumns } from '../model/index.ts'

export function countsOf({ outcome }: RequestColumns): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { accepted: 0, refused: 0, failed: 0, late: 0 }
  for (const index of outcome) {
    const name = outcomes[index]
    if (name !== undefined) counts[name] += 1
  }
  return counts
}
