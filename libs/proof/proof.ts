import { isHashText, isUuidv7 } from '@brume/envelope'
import { z } from 'zod'
import type { FileResult } from './strictJsonFile.ts'
import { readStrictJson } from './strictJsonFile.ts'

export const PROOF_FORMAT = 'brume-proof/v1'
export const MAX_PROOF_BYTES = 1_048_576

/** Lower case only, so that one value has one spelling. */
const hexBytes = z.string().regex(/^0x(?:[0-9a-f]{2})+$/, 'must be 0x and whole bytes in lower case')
const hexHash = z.string().regex(/^0x[0-9a-f]{64}$/, 'must be 0x and 32 bytes in lower case')
const hexAddress = z.string().regex(/^0x[0-9a-f]{40}$/, 'must be 0x and 20 bytes in lower case')
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** The compact serialisation; its own parser bounds and judges it. */
const jws = z.string().min(1).max(65_535)
const treeHash = z.string().refine(isHashText, 'must be 32 bytes in base64url')
const jwk = z.union([
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: treeHash }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: treeHash, y: treeHash }),
])

/** Where the file says that trust may be found. Never an authority: `verify` only refuses a file that names another ledger or chain than the trust file. */
const hints = z.strictObject({
  origin: z.string().min(1).max(255),
  /** C2SP verifier key of the ledger. */
  verifierKey: z.string().min(1).max(512),
  /** The platform keys that signed the key entries of this proof. */
  platformKeys: z.array(jwk).min(1).max(32),
  eip155: count,
  contract: hexAddress,
})

/** The way from an event to its block: the receipt, in the trie of the header. */
const chainEvent = z.strictObject({
  /** Of the transaction in its block. */
  txIndex: count,
  /** Of the log in its receipt, from 0 (the JSON-RPC counts over the whole block). */
  logIndex: count,
  /** Encoded nodes of the receipt trie, from the root to the leaf. */
  receiptProof: z.array(hexBytes).min(1).max(16),
  /** RLP. */
  header: hexBytes,
  /** keccak-256 of `header`: what to compare with a block hash from elsewhere. */
  blockHash: hexHash,
})

const inclusion = z.strictObject({ index: count, size: count, path: z.array(treeHash).max(53) })

const sharedOf = <WriteMode extends string>(writeMode: WriteMode) => ({
  format: z.literal(PROOF_FORMAT),
  writeMode: z.literal(writeMode),
  chain: z.string().refine(isUuidv7, 'must be a lower-case UUIDv7'),
  hints,
  envelope: jws,
})
/** The entries that made the signing key known: the binding, then each replacement of the key up to the one that signed. */
const keyEntriesOf = <Entry extends z.ZodType>(entry: Entry) => z.strictObject({ keyEntries: z.array(entry).min(1).max(256) })

const batchedProof = z.strictObject({
  ...sharedOf('batched'),
  binding: keyEntriesOf(z.strictObject({ envelope: jws, inclusion })),
  inclusion,
  /** The signed note (C2SP tlog-checkpoint) under which reading and key entries are included. */
  checkpoint: z.string().min(1).max(16_384),
  anchor: chainEvent,
})

const directProof = z.strictObject({
  ...sharedOf('direct'),
  binding: keyEntriesOf(z.strictObject({ envelope: jws, record: chainEvent })),
  record: chainEvent,
})

const proof = z.discriminatedUnion('writeMode', [batchedProof, directProof])

export type ChainEvent = z.infer<typeof chainEvent>
export type Inclusion = z.infer<typeof inclusion>
export type ProofHints = z.infer<typeof hints>
export type BatchedProof = z.infer<typeof batchedProof>
export type DirectProof = z.infer<typeof directProof>
/** One of the two ways from a reading to a block: inclusion, checkpoint and anchor event, or the reading's own event. */
export type Proof = BatchedProof | DirectProof

/** Form only; whether it is right is for `verify`. */
export function parseProof(bytes: Uint8Array): FileResult<Proof> {
  return readStrictJson(bytes, { format: PROOF_FORMAT, maxBytes: MAX_PROOF_BYTES, schema: proof })
}

/** The file. Without white space, so that each of its bytes says something. */
export function formatProof(value: Proof): string {
  return JSON.stringify(value)
}
