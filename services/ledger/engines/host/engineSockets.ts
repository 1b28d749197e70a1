import { HttpPool } from '../httpPool.ts'
import { RpcUnavailable } from '../jsonRpc.ts'
import { answerOf, rpcRequest } from '../jsonRpcSocket.ts'
import type { EngineState } from '../supervisedEngine.ts'
import { lifeOf } from './hostedState.ts'
import { HostRefusal } from './hostRefusal.ts'

/** The bytes of a request wait in memory for their connection. */
const maxWaiting = 256
/** Who asked gives up earlier and closes the connection, which ends the call here too. */
const timeoutMs = 60_000

interface Socket {
  readonly life: string
  readonly pool: HttpPool
}

/** Passes requests to the engines' sockets as they came, and answers as they are: only the bodies, each read to its end and framed anew. */
export class EngineSockets {
  readonly #sockets = new Map<string, Socket>()

  /** @throws HostRefusal */
  async ask(chainId: string, state: EngineState | undefined, life: string | undefined, body: Buffer, signal: AbortSignal): Promise<Buffer> {
    const { pool } = this.#socketOf(chainId, state, life)
    try {
      return answerOf(await pool.exchange(rpcRequest(body), { timeoutMs, signal }))
    } catch (error) {
      throw error instanceof RpcUnavailable ? refusalOf(error) : error
    }
  }

  close(chainId: string): void {
    this.#sockets.get(chainId)?.pool.close()
    this.#sockets.delete(chainId)
  }

  #socketOf(chainId: string, state: EngineState | undefined, life: string | undefined): Socket {
    if (state?.state !== 'up') throw notUp(state, life)
    const current = lifeOf(state.handle)
    if (life !== undefined && life !== current) throw new HostRefusal('life-over', 'the engine has been started anew')
    const found = this.#sockets.get(chainId)
    if (found?.life === current) return found
    this.close(chainId)
    const made = { life: current, pool: new HttpPool({ target: { socketPath: state.handle.describe().address }, maxWaiting }) }
    this.#sockets.set(chainId, made)
    return made
  }
}

/** The pool is closed when its engine goes down, with calls under way that may have been executed. */
function refusalOf(error: RpcUnavailable): HostRefusal {
  return error.reason === 'closed' ? new HostRefusal('interrupted', 'the engine went down') : HostRefusal.of(error)
}

/** While it is starting it may yet be found alive: a host that was killed adopts what it left. */
function notUp(state: EngineState | undefined, life: string | undefined): HostRefusal {
  const what = state === undefined ? 'not wanted' : state.state
  const why = state !== undefined && 'reason' in state ? `: ${state.reason}` : ''
  return new HostRefusal(life === undefined || state?.state === 'starting' ? 'not-connected' : 'life-over', `the engine is ${what}${why}`)
}
