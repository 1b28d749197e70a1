import type { Workload } from '../../model/index.ts'
import type { Family } from './digest.ts'
import type { Duel } from './duel.ts'

const workloadTexts: Readonly<Record<Workload, string>> = {
  reading: 'one reading per request',
  'readings-10': '10 readings per request',
  'readings-100': '100 readings per request',
  latest: 'asking for the latest value',
  proof: 'downloading a proof',
  'in-block': 'one reading until it is in a block',
}

export function workloadText(workload: Workload): string {
  return workloadTexts[workload]
}

/** `batched, one reading per request` */
export function familyText({ writeMode, workload }: Family): string {
  return `${writeMode}, ${workloadTexts[workload]}`
}

/** Against which load of the rival. */
export function basisText({ rival, basis }: Pick<Duel, 'rival' | 'basis'>): string {
  return basis === 'as busy' ? `both equally busy` : `${rival} nearly idle`
}
