import { describe, expect, it } from 'vitest'
import { CHAIN_STATES, nextState, possibleEvents, type ChainState } from './chain.lifecycle.ts'

describe('life cycle of a chain', () => {
  it('goes from requested to ready, rests, comes back and is deleted', () => {
    let state: ChainState = 'requested'
    for (const [event, expected] of [['begin', 'starting'], ['provisioned', 'ready'], ['stop', 'stopping'], ['halted', 'stopped'], ['start', 'starting'], ['provisioned', 'ready'], ['stop', 'stopping'], ['halted', 'stopped'], ['delete', 'deleted']] as const) {
      state = nextState(state, event) ?? 'deleted'
      expect(state).toBe(expected)
    }
  })

  it('refuses to delete a chain whose engine still runs', () => {
    expect(nextState('ready', 'delete')).toBeUndefined()
    expect(nextState('stopping', 'delete')).toBeUndefined()
  })

  it('ends at deleted', () => {
    expect(possibleEvents('deleted')).toEqual([])
  })

  it('can fail from every state in which something runs', () => {
    expect(CHAIN_STATES.filter((state) => nextState(state, 'fail') !== undefined)).toEqual(['requested', 'starting', 'ready', 'stopping'])
  })
})
