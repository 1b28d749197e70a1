import { decodeBase64url } from '@brume/envelope'
import { formatTlogProof } from '@brume/merkle'
import type { FileResult } from './strictJsonFile.ts'
import type { Proof } from './proof.ts'

/**
 * The ledger's part of a proof as others read it: C2SP tlog-proof v1. The envelope travels as its extra data, so that the file alone gives the
 * leaf. Only batched proofs have a checkpoint; the other kind is refused.
 */
export function toTlogProof(proof: Proof): FileResult<string> {
  if (proof.writeMode === 'direct') return malformed('a direct proof has no checkpoint, so there is no .tlog-proof of it')
  const path = proof.inclusion.path.map(decodeBase64url).filter((hash) => hash !== undefined)
  if (path.length < proof.inclusion.path.length) return malformed('the inclusion path is not base64url')
  const extra = new TextEncoder().encode(proof.envelope)
  return { ok: true, value: formatTlogProof({ extra, index: proof.inclusion.index, path, checkpoint: proof.checkpoint }) }
}

function malformed(detail: string): FileResult<string> {
  return { ok: false, problem: 'malformed', detail }
}
