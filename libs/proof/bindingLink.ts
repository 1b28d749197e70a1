import type { PublicJwk, ReadingEnvelope } from '@brume/envelope'
import type { CurrentKey, KeyEntry } from './keyEntries.ts'
import { deviceConsentProblem, isSignedByOneOf, readKeyEntry } from './keyEntries.ts'
import type { Link } from './link.ts'
import { link } from './link.ts'
import type { Trust } from './trust.ts'

export interface BindingClaim {
  reading: ReadingEnvelope
  /** The binding, then each replacement of the key. */
  keyEntries: readonly Uint8Array[]
  /** Index in the ledger of the reading and of each key entry, as the other links show it; absent where they do not. */
  readingIndex: number | undefined
  keyIndexes: readonly (number | undefined)[]
}

export interface BoundKey {
  link: Link
  /** The key that the last entry names, whether or not the link is good: so that `signature` can be judged by itself. */
  jwk?: PublicJwk
  /** The platform alone set a key of the device, because the old one was lost. */
  lost: boolean
}

/** The signing key was the device's own, on this ledger, before the reading. */
export async function bindingLink(claim: BindingClaim, trust: Trust): Promise<BoundKey> {
  const read = claim.keyEntries.map(readKeyEntry)
  const entries = read.filter((entry) => typeof entry !== 'string')
  if (entries.length < read.length) return refused(`a key entry is malformed: ${read.find((entry) => typeof entry === 'string')}`)
  const bound = { jwk: entries.at(-1)?.payload.jwk, lost: entries.some(({ payload }) => payload.typ === 'brume-key' && payload.lost) }
  const problem = subjectProblem(entries, claim.reading, trust) ?? orderProblem(claim) ?? (await signatureProblem(entries, trust))
  if (problem) return { ...bound, link: link('binding', 'refused', problem) }
  if (!isOrderShown(claim)) return { ...bound, link: link('binding', 'not-checked', 'the order of key entries and reading is not shown') }
  const reason = `key ${claim.reading.signer.keyNumber} was bound by entry ${claim.keyIndexes.at(-1)}, before the reading at ${claim.readingIndex}`
  return { ...bound, link: link('binding', 'verified', reason) }
}

function refused(problem: string): { link: Link; lost: boolean } {
  return { link: link('binding', 'refused', problem), lost: false }
}

function subjectProblem(entries: readonly KeyEntry[], reading: ReadingEnvelope, { ledger }: Trust): string | undefined {
  const { deviceId, keyNumber } = reading.signer
  // Origin = `<BRUME_ORIGIN>/chains/<chainId>`: it says which chain's readings the ledger holds.
  if (!ledger.origin.endsWith(`/chains/${reading.chain}`)) return 'the reading is for another chain than the trusted ledger'
  if (entries.some(({ envelope }) => envelope.chain !== reading.chain)) return 'a key entry is for another chain'
  if (entries.some(({ payload }) => payload.device !== deviceId)) return 'a key entry is of another device'
  if (entries.some(({ payload }, at) => (payload.typ === 'brume-binding') !== (at === 0))) return 'the key entries must be one binding, then replacements of the key'
  return entries.at(-1)?.payload.keyNumber === keyNumber ? undefined : `no key entry makes key ${keyNumber} known`
}

function isOrderShown({ keyIndexes, readingIndex }: BindingClaim): boolean {
  return [...keyIndexes, readingIndex].every((index) => index !== undefined)
}

function orderProblem({ keyIndexes, readingIndex }: BindingClaim): string | undefined {
  const indexes = [...keyIndexes, readingIndex].filter((index) => index !== undefined)
  const ordered = indexes.every((index, at) => at === 0 || (indexes[at - 1] ?? 0) < index)
  return ordered ? undefined : 'the key was bound after the reading'
}

async function signatureProblem(entries: readonly KeyEntry[], { platformKeys }: Trust): Promise<string | undefined> {
  let current: CurrentKey | undefined
  for (const entry of entries) {
    if (!(await isSignedByOneOf(entry.envelope, platformKeys))) return 'a key entry is not signed by a trusted platform key'
    const problem = await deviceConsentProblem(entry, current)
    if (problem) return problem
    current = entry.payload
  }
  return undefined
}
