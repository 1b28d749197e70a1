import type { EngineHandle } from '../engine.ts'
import type { HostedState, HostedUp } from '../hostApi.ts'
import type { EngineState } from '../supervisedEngine.ts'

/** What the host tells of an engine. Not where its socket is: that is the host's own. */
export function hostedStateOf(chainId: string, state: EngineState): HostedState {
  switch (state.state) {
    case 'up':
      return hostedUp(chainId, state.handle)
    case 'forgotten': // a host forgets none
    case 'stopped':
      return { state: 'stopped', chainId }
    default:
      return { chainId, ...state }
  }
}

function hostedUp(chainId: string, handle: EngineHandle): HostedUp {
  const { engine, eip155, pid, startedAt, adopted } = handle.describe()
  return { state: 'up', chainId, engine, life: lifeOf(handle), eip155, pid, startedAt, adopted }
}

/** A pid is used again, but not with the same start. A host that adopts the engine finds the same. */
export function lifeOf(handle: EngineHandle): string {
  const { pid, startedAt } = handle.describe()
  return `${startedAt}.${pid ?? 0}`
}
