import type { WriteMode } from '../anchor/contractCalls.ts'
import type { ChainState } from './chain.lifecycle.ts'

export interface Anchoring {
  /** A reading is anchored at most so long after it was accepted, as far as the platform decides. */
  maxDelayMs: number
  /** So many unanchored readings are anchored at once. */
  maxReadings: number
  /** What the engine may take; the promise adds it. */
  slackMs: number
}

/** A hosted chain with its ledger. */
export interface Chain {
  /** Compact number within this database. */
  no: number
  id: string
  tenantId: string
  name: string
  engine: 'ganache'
  writeMode: WriteMode
  anchoring: Anchoring
  public: boolean
  state: ChainState
  reason: string | null
  partition: number
  origin: string
  verifierKey: string
  eip155: number
  writerAddress: string
  contract: string | null
  createdAt: Date
}
