import type { ChainResource } from '@brume/client'
import { parseProof, parseTrust, verify, type Trust, type TrustFile, type Verdict } from '@brume/proof'

/** What a reader was told of a chain at its creation, from elsewhere than the proof. */
export function trustFileOf({ ledger, platformKeys, eip155, contract }: ChainResource, blocks?: string[]): TrustFile {
  return {
    format: 'brume-trust/v1',
    ledger: { origin: ledger.origin, verifierKey: ledger.verifierKey },
    platformKeys: platformKeys.map((key) => ({ ...key })),
    chain: { eip155, contract: contract ?? '', ...(blocks && { blocks }) },
  }
}

export function trustOf(chain: ChainResource, blocks?: string[]): Trust {
  const parsed = parseTrust(Buffer.from(JSON.stringify(trustFileOf(chain, blocks))))
  if (!parsed.ok) throw new Error(parsed.detail)
  return parsed.value
}

/** Offline. `unusable` where the file has no form that could be judged. */
export async function verdictOn(proofFile: Uint8Array, trust: Trust): Promise<Verdict | 'unusable'> {
  const proof = parseProof(proofFile)
  return proof.ok ? verify(proof.value, trust) : 'unusable'
}
