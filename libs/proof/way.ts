import type { Link } from './link.ts'
import type { RecordingBlock } from './verdict.ts'

/** The exact bytes of the entries whose way to a block is to be shown. */
export interface WayClaim {
  reading: Uint8Array
  keyEntries: readonly Uint8Array[]
}

/** What the links from the entries to a block have shown. */
export interface Way {
  links: readonly Link[]
  readingIndex: number | undefined
  keyIndexes: readonly (number | undefined)[]
  /** The block of the reading. */
  recorded?: RecordingBlock
}
