/**
 * A transaction of the ledger's writer. `signed`: nonce and raw bytes are stored, not yet known to be broadcast · `sent`: the engine
 * took it · `final`: the engine's finality rule holds and receipt, header and trie nodes are stored · `failed`: it was mined and reverted.
 */
export type TransactionState = 'signed' | 'sent' | 'final' | 'failed'

/** `lost`: the engine came back without the block (a power cut); the same raw bytes are sent again. */
export type TransactionEvent = 'broadcast' | 'finalized' | 'reverted' | 'lost'

const transitions: Record<TransactionState, Partial<Record<TransactionEvent, TransactionState>>> = {
  signed: { broadcast: 'sent', finalized: 'final', reverted: 'failed' },
  sent: { broadcast: 'sent', finalized: 'final', reverted: 'failed', lost: 'signed' },
  final: { lost: 'signed' },
  failed: { lost: 'signed' },
}

export function nextTransactionState(state: TransactionState, event: TransactionEvent): TransactionState {
  const next = transitions[state][event]
  if (next === undefined) throw new Error(`a ${state} transaction cannot be ${event}`)
  return next
}

/** What is not yet known to be final, and is worked on. */
export const OPEN_STATES = ['signed', 'sent'] as const satisfies readonly TransactionState[]

export type TransactionPurpose = 'deploy' | 'open' | 'anchor' | 'record'
