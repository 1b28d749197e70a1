import type { Digest, Family } from './digest.ts'

/** What the first page is about: one reading per request, batched if that was measured. */
export function mainFamily({ families }: Digest): Family | undefined {
  return families.find(({ workload, writeMode }) => workload === 'reading' && writeMode === 'batched') ?? families.find(({ workload }) => workload === 'reading') ?? families[0]
}

export function isSameFamily(a: Family, b: Family): boolean {
  return a.writeMode === b.writeMode && a.workload === b.workload
}
