import type { PublicJwk } from '@brume/envelope'
import type { ProblemDocument } from './http/problemError.ts'

/** What the API answers; the members are explained by `/openapi.json`. Times are RFC 3339 in UTC with milliseconds. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Cursor of the next page; null on the last one. */
  readonly next: string | null
}

export interface Tenant {
  readonly id: string
  readonly name: string
  readonly createdAt: string
}

/** The token is shown only now. */
export type CreatedTenant = Tenant & { readonly token: string }

export type DeviceStatus = 'active' | 'suspended' | 'revoked'

export interface DeviceKey {
  readonly number: number
  readonly jwk: PublicJwk
  readonly alg: string
  readonly status: 'active' | 'replaced'
  readonly thumbprint: string
}

export interface DeviceResource {
  readonly id: string
  readonly name: string
  readonly status: DeviceStatus
  readonly keys: readonly DeviceKey[]
  readonly createdAt: string
}

export interface NewDevice {
  readonly name: string
  readonly jwk: PublicJwk
  /** Compact JWS of typ brume-key-possession. */
  readonly possession?: string
}

/** The old key agrees to the new one, or is lost, which every ledger of the device will show. */
export type NewDeviceKey = { readonly jwk: PublicJwk; readonly possession: string } & ({ readonly endorsement: string } | { readonly lost: true })

export type WriteMode = 'batched' | 'direct'
export type ChainState = 'requested' | 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed' | 'deleted'

export interface Anchoring {
  readonly maxDelayMs: number
  readonly maxReadings: number
  readonly slackMs: number
}

export interface NewChain {
  readonly name: string
  readonly engine?: 'ganache'
  readonly writeMode?: WriteMode
  readonly anchoring?: Partial<Anchoring>
  readonly public?: boolean
}

export interface ChainResource {
  readonly id: string
  readonly name: string
  readonly engine: string
  readonly writeMode: WriteMode
  readonly anchoring: Anchoring
  readonly public: boolean
  readonly state: ChainState
  readonly reason?: string
  readonly ledger: { readonly origin: string; readonly verifierKey: string; readonly size: number; readonly halted?: string }
  readonly eip155: number
  /** Null until the chain is ready for the first time. */
  readonly contract: string | null
  readonly platformKeys: ReadonlyArray<PublicJwk & { readonly kid: string }>
  readonly createdAt: string
}

export interface Binding {
  readonly chain: string
  readonly device: string
  readonly leafHash: string
  readonly index: number
}

/** One entry of a ledger. */
export interface EntryResource {
  readonly leafHash: string
  readonly index: number
  readonly typ: string
  readonly device?: string
  readonly envelope: string
  readonly flags: readonly string[]
  readonly acceptedAt: string
  readonly state: 'sequenced' | 'anchored'
}

/** One reading was taken: the log has it. */
export interface Receipt {
  readonly leafHash: string
  /** Compact JWS, see `PromiseChecker`. */
  readonly promise: string
  readonly acceptedAt: string
  readonly anchorBy: string
  readonly chain: string
}

export type ReadingResult =
  | { readonly status: 202; readonly leafHash: string; /** Index into `promises`. */ readonly promise: number }
  | { readonly status: number; readonly problem: ProblemDocument }

/** One result for each reading, in their order. */
export interface BatchReceipt {
  readonly results: readonly ReadingResult[]
  /** Compact JWSs; each covers all readings that point to it. */
  readonly promises: readonly string[]
}

export type DeadLetterState = 'open' | 'replayed' | 'superseded'

/** A record of the event log that did not parse. */
export interface DeadLetter {
  /** topic.partition.offset of the record. */
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly reason: string
  readonly time: string
  /** Of the value. */
  readonly bytes: number
  readonly state: DeadLetterState
  /** topic.partition.offset of the replay; the id of a new letter if that does not parse either. */
  readonly replayedAs: string | null
}

/** `value` in base64. */
export type DeadLetterWithValue = DeadLetter & { readonly value: string }

export type PublishedKey = PublicJwk & { readonly kid: string; readonly use: string; readonly brume_use?: string }
