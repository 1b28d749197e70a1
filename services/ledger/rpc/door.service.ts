import { doorAnswers, doorCalls, doorUnavailable, RpcUnavailable, validateDoorRequest, type EngineSupervisor } from '../engines/index.ts'
import type { Chain } from '../chains/chain.ts'
import { wantsEngine } from '../chains/chain.lifecycle.ts'
import { ledgerProblems } from '../problems.ts'

const TIMEOUT_MS = 10_000

/** The read-only JSON-RPC door: whoever may read the chain checks its anchors with tools of their own. */
export class DoorService {
  constructor(private readonly supervisor: EngineSupervisor) {}

  /** @returns the JSON-RPC answer; undefined when the request was only notifications */
  async answer(chain: Chain, body: string): Promise<unknown> {
    if (!wantsEngine(chain.state)) throw ledgerProblems.problem('chain-not-running', `The chain is ${chain.state}.`)
    try {
      return await this.ask(chain, body)
    } catch (error) {
      if (error instanceof RpcUnavailable) throw ledgerProblems.problem('engine-unavailable', undefined, { headers: { 'retry-after': '2' }, cause: error })
      throw error
    }
  }

  private async ask(chain: Chain, body: string): Promise<unknown> {
    const rpc = await this.supervisor.rpcOf(chain.id, TIMEOUT_MS)
    const latest = Number(await rpc.call('eth_blockNumber', [], { timeoutMs: TIMEOUT_MS }))
    const request = validateDoorRequest(body, latest)
    try {
      return doorAnswers(request, await rpc.batch(doorCalls(request), { timeoutMs: TIMEOUT_MS }))
    } catch (error) {
      if (error instanceof RpcUnavailable) return doorUnavailable(request, error)
      throw error
    }
  }
}
