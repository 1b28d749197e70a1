import type { PublicJwk } from '@brume/envelope'
import { parsePublicJwk } from '@brume/envelope'
import { bytesToHex, hexToBytes } from '@brume/evm'
import type { VerifierKey } from '@brume/merkle'
import { parseVerifierKey } from '@brume/merkle'
import { z } from 'zod'
import { provableLinks } from './link.ts'
import type { ProvableLink } from './link.ts'
import type { FileResult } from './strictJsonFile.ts'
import { readStrictJson } from './strictJsonFile.ts'

export const TRUST_FORMAT = 'brume-trust/v1'
export const MAX_TRUST_BYTES = 262_144

/** What the reader of a proof knows from elsewhere. Nothing of it ever comes from the proof. */
export interface Trust {
  ledger: { origin: string; verifierKey: VerifierKey }
  platformKeys: readonly PublicJwk[]
  chain: {
    /**
     * The network's id. No receipt and no header carries it, so a proof cannot show it: what binds a proof to one network is a block hash
     * from `blocks`, since a hash stands in one history only. Without one, the id is taken on trust and the verdict says so.
     */
    eip155: number
    /** `0x` and 40 digits in lower case. */
    contract: string
    /** Hashes of blocks that are known to be of this chain; `0x` and 64 digits in lower case. */
    blocks: readonly string[]
  }
  /** Absent: all links that the kind of proof has, and `block` when `blocks` are given. */
  require?: readonly ProvableLink[]
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`), `must be 0x and ${bytes} bytes`)

/** JWKs may carry members of other uses (RFC 7517 section 4), so they are left to `parsePublicJwk`. */
const trustFile = z.strictObject({
  format: z.literal(TRUST_FORMAT),
  ledger: z.strictObject({ origin: z.string().min(1).max(255), verifierKey: z.string().min(1).max(512) }),
  platformKeys: z.array(z.record(z.string(), z.union([z.string(), z.boolean(), z.number(), z.array(z.string())]))).min(1).max(32),
  chain: z.strictObject({ eip155: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER), contract: hex(20), blocks: z.array(hex(32)).max(10_000).optional() }),
  require: z.array(z.enum(provableLinks)).max(provableLinks.length).optional(),
})

export type TrustFile = z.infer<typeof trustFile>

export function parseTrust(bytes: Uint8Array): FileResult<Trust> {
  const file = readStrictJson(bytes, { format: TRUST_FORMAT, maxBytes: MAX_TRUST_BYTES, schema: trustFile })
  return file.ok ? readTrust(file.value) : file
}

function readTrust({ ledger, platformKeys, chain, require }: TrustFile): FileResult<Trust> {
  const verifierKey = parseVerifierKey(ledger.verifierKey)
  if (!verifierKey.ok) return malformed(`ledger.verifierKey: ${verifierKey.problem}`)
  // Key name = origin: else a signature could be one for another ledger of the same key.
  if (verifierKey.value.name !== ledger.origin) return malformed('ledger.verifierKey: its name is not ledger.origin')
  const keys = platformKeys.map(parsePublicJwk)
  const bad = keys.find((key) => !key.ok)
  if (bad && !bad.ok) return malformed(`platformKeys: ${bad.refusal.detail}`)
  return {
    ok: true,
    value: {
      ledger: { origin: ledger.origin, verifierKey: verifierKey.value },
      platformKeys: keys.flatMap((key) => (key.ok ? [key.value.jwk] : [])),
      chain: { eip155: chain.eip155, contract: lowerCase(chain.contract), blocks: (chain.blocks ?? []).map(lowerCase) },
      require,
    },
  }
}

function malformed(detail: string): FileResult<never> {
  return { ok: false, problem: 'malformed', detail }
}

/** A person may paste an address with its EIP-55 checksum. */
function lowerCase(text: string): string {
  return bytesToHex(hexToBytes(text))
}
