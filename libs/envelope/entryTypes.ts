import type { ProtectedHeader } from './protectedHeader.ts'
import type { KeyId } from './keyId.ts'

interface EntryRule {
  signer: KeyId['kind']
  required: readonly (keyof ProtectedHeader)[]
  /** Members that mean something in other entries and would mislead in this one. */
  absent: readonly (keyof ProtectedHeader)[]
}

const control = { signer: 'platform', required: ['chain', 'iat', 'jti'], absent: ['seq', 'epoch', 'prv'] } as const satisfies EntryRule

/** What may stand in a ledger, and whose key signs it. Nothing else is ever an entry. */
export const entryTypes = {
  'brume-reading': { signer: 'device', required: ['chain', 'seq', 'iat'], absent: ['jti'] },
  'brume-binding': control,
  'brume-key': control,
  'brume-device-status': control,
} as const satisfies Record<string, EntryRule>

export type EntryType = keyof typeof entryTypes
export type ControlType = Exclude<EntryType, 'brume-reading'>

const rules: ReadonlyMap<string, EntryRule> = new Map(Object.entries(entryTypes))

export function entryRule(typ: string): EntryRule | undefined {
  return rules.get(typ)
}

export function isControlType(typ: string): typ is ControlType {
  return typ !== 'brume-reading' && rules.has(typ)
}
