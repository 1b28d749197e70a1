/**
 * A transaction of the ledger's writer. `signed`: nonce and raw bytes are stored; whether the engine has them is asked, not remembered ·
 * `final`: the engine's finality rule holds and receipt, header and trie nodes are stored · `failed`: it was mined and reverted.
 */
export type TransactionState = 'signed' | 'final' | 'failed'

/** `lost`: the engine came back without the block (a power cut); the same raw bytes are sent again. */
export type TransactionEvent = 'finalized' | 'reverted' | 'lost'

const transitions: Record<TransactionState, Partial<Record<TransactionEvent, TransactionState>>> = {
  signed: { finalized: 'final', reverted: 'failed' },
  final: { lost: 'signed' },
  failed: { lost: 'signed' },
}

export function nextTransactionState(state: TransactionState, event: TransactionEvent): TransactionState {
  const next = transitions[state][event]
  if (next === undefined) throw new Error(`a ${state} transaction cannot be ${event}`)
  return next
}

/** States of transactions that stand on the chain or will: everything but a failure. */
export const STANDING_STATES = ['signed', 'final'] as const satisfies readonly TransactionState[]

export type TransactionPurpose = 'deploy' | 'open' | 'anchor' | 'record'
