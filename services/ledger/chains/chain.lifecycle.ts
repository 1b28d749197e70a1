/** Where a chain stands in its life. `failed` keeps its reason; `deleted` keeps the row, so that an id is never used again. */
export const CHAIN_STATES = ['requested', 'starting', 'ready', 'stopping', 'stopped', 'failed', 'deleted'] as const
export type ChainState = (typeof CHAIN_STATES)[number]

/**
 * `begin`: the provisioner takes the chain up · `provisioned`: engine up, contract there, writer registered ·
 * `start`, `stop`, `delete`: asked by the tenant · `halted`: the engine has ended · `fail`: it could not be brought up.
 */
export type ChainEvent = 'begin' | 'provisioned' | 'start' | 'stop' | 'halted' | 'fail' | 'delete'

const transitions: Record<ChainState, Partial<Record<ChainEvent, ChainState>>> = {
  requested: { begin: 'starting', fail: 'failed', delete: 'deleted' },
  starting: { begin: 'starting', provisioned: 'ready', fail: 'failed', stop: 'stopping', delete: 'deleted' },
  ready: { begin: 'ready', stop: 'stopping', fail: 'failed' },
  stopping: { halted: 'stopped', fail: 'failed' },
  stopped: { start: 'starting', delete: 'deleted' },
  failed: { start: 'starting', delete: 'deleted' },
  deleted: {},
}

/** @returns the state after `event`, or undefined where the table has no such step. */
export function nextState(state: ChainState, event: ChainEvent): ChainState | undefined {
  return transitions[state][event]
}

/** The events that the table knows in this state, for the text of a refusal. */
export function possibleEvents(state: ChainState): ChainEvent[] {
  return CHAIN_EVENTS.filter((event) => transitions[state][event] !== undefined)
}

const CHAIN_EVENTS: readonly ChainEvent[] = ['begin', 'provisioned', 'start', 'stop', 'halted', 'fail', 'delete']

/** An engine is wanted while a chain is on its way up, or up. */
export function wantsEngine(state: ChainState): boolean {
  return state === 'starting' || state === 'ready'
}

/** The ledger of a chain that has ever been ready is served in every state but `deleted`. */
export function isServed(state: ChainState): boolean {
  return state !== 'deleted'
}
