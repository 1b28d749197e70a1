import type { TrustFile } from './index.ts'
import { parseProof, parseTrust, verify } from './index.ts'

/** What `brume verify` would say of these bytes. */
export async function judgeFile(bytes: Uint8Array, trustFile: TrustFile): Promise<'good' | 'refused' | 'unusable'> {
  const trust = parseTrust(new TextEncoder().encode(JSON.stringify(trustFile)))
  if (!trust.ok) throw new Error(trust.detail)
  const proof = parseProof(bytes)
  if (!proof.ok) return 'unusable'
  return (await verify(proof.value, trust.value)).ok ? 'good' : 'refused'
}

/**
 * Copies with one byte changed, each in another bit: all of the punctuation, names and numbers, and about `samples` of the bytes in long strings,
 * spread so that every string has some.
 */
export function* flippedFiles(file: Uint8Array, samples: number): Generator<{ at: number; bytes: Uint8Array }> {
  const text = new TextDecoder('latin1').decode(file)
  const every = Math.max(1, Math.floor(file.length / samples))
  for (const [at, byte] of file.entries()) {
    const inLongString = /^[\w-]{20}$/.test(text.slice(Math.max(0, at - 10), at + 10))
    if (inLongString && at % every !== 0) continue
    const bytes = file.slice()
    bytes[at] = byte ^ (1 << (at % 7))
    yield { at, bytes }
  }
}
