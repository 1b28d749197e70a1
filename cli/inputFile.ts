import { open } from 'node:fs/promises'
import type { FileResult, Proof, Trust } from '@brume/proof'
import { MAX_PROOF_BYTES, MAX_TRUST_BYTES, parseProof, parseTrust } from '@brume/proof'
import { UnusableError } from './exitCode.ts'

const MAX_TOKEN_BYTES = 8_192

export async function readProofFile(path: string): Promise<Proof> {
  return usable(path, parseProof(await readBounded(path, MAX_PROOF_BYTES)))
}

export async function readTrustFile(path: string): Promise<Trust> {
  return usable(path, parseTrust(await readBounded(path, MAX_TRUST_BYTES)))
}

/** One line; the token itself is never part of an error. */
export async function readTokenFile(path: string): Promise<string> {
  const token = new TextDecoder().decode(await readBounded(path, MAX_TOKEN_BYTES)).trim()
  if (token === '' || token.length > MAX_TOKEN_BYTES || /\s/.test(token)) throw new UnusableError(`${path}: this is not one token`)
  return token
}

function usable<T>(path: string, file: FileResult<T>): T {
  if (!file.ok) throw new UnusableError(`${path}: ${file.detail} (${file.problem})`)
  return file.value
}

/** At most one byte more than allowed, so that the parser sees that it is too long; a device file or a pipe without end does no harm. */
async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r')
    const bytes = new Uint8Array(maxBytes + 1)
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytes.subarray(0, length)
  } catch (error) {
    throw new UnusableError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
