import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** How a contract names a ledger: SHA-256 of its C2SP origin (see ICheckpointAnchor.sol). */
export function ledgerKey(origin: string): Uint8Array {
  return sha256(utf8ToBytes(origin))
}
