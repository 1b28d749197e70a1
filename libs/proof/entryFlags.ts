/**
 * What the ledger says of an entry besides its bytes: derived from the entries before it, never decided. An entry without flags is a
 * reading of a bound, active device, signed by its current key, under an identity that is its own.
 */
export const entryFlags = {
  /** Same signing input as an earlier entry, another valid signature. */
  repeat: 1,
  /** Another signing input under the identity (device, epoch, seq) of an earlier entry: the device contradicts itself. */
  equivocation: 2,
  /** The device was not bound to the chain before. */
  unbound: 4,
  suspended: 8,
  revoked: 16,
  /** Signed by a key that the chain does not know, or that was replaced before. */
  staleKey: 32,
} as const

export type EntryFlag = keyof typeof entryFlags

export function flagNames(flags: number): EntryFlag[] {
  return FLAGS.filter((name) => (flags & entryFlags[name]) !== 0)
}

// Object.keys loses the key type; the object is frozen by `as const`.
const FLAGS = Object.keys(entryFlags) as EntryFlag[]
