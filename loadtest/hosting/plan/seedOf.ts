import { createHash } from 'node:crypto'

/** A seed for each thing that is random by itself, of the plan's one and of what the thing is called: 32 bits. */
export function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE()
}
