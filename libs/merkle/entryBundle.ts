import { MerkleError } from './merkleError.ts'
import { accepted, refused, type Outcome } from './outcome.ts'
import { TILE_WIDTH } from './tiles.ts'

/** The longest entry that a bundle can hold: its length is a uint16 (C2SP tlog-tiles, "Log entries"). */
export const MAX_ENTRY_BYTES = 65_535

const LENGTH_BYTES = 2

export type EntryBundleProblem = 'bundle-empty' | 'bundle-truncated' | 'bundle-too-wide'

/** 1…256 entries, each behind its length (uint16, big-endian). */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0 || entries.length > TILE_WIDTH) throw new MerkleError('bundle-width', `a bundle has 1 to ${TILE_WIDTH} entries, not ${entries.length}`)
  const bundle = new Uint8Array(entries.reduce((bytes, entry) => bytes + LENGTH_BYTES + entry.length, 0))
  const view = new DataView(bundle.buffer)
  let at = 0
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new MerkleError('entry-too-long', `an entry has at most ${MAX_ENTRY_BYTES} bytes, not ${entry.length}`)
    view.setUint16(at, entry.length)
    bundle.set(entry, at + LENGTH_BYTES)
    at += LENGTH_BYTES + entry.length
  }
  return bundle
}

/** The entries share the memory of `bundle`. */
export function decodeEntryBundle(bundle: Uint8Array): Outcome<Uint8Array[], EntryBundleProblem> {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length; ) {
    if (entries.length === TILE_WIDTH) return refused('bundle-too-wide')
    if (at + LENGTH_BYTES > bundle.length) return refused('bundle-truncated')
    const from = at + LENGTH_BYTES
    at = from + view.getUint16(at)
    if (at > bundle.length) return refused('bundle-truncated')
    entries.push(bundle.subarray(from, at))
  }
  return entries.length === 0 ? refused('bundle-empty') : accepted(entries)
}
