import { join } from 'node:path'
import { doorAnswers, doorCalls, doorUnavailable, RpcUnavailable, validateDoorRequest, type ChainEngine, type JsonRpc } from '../engines/index.ts'
import type { Chain } from '../chains/chain.ts'
import { wantsEngine } from '../chains/chain.lifecycle.ts'
import { ledgerProblems } from '../problems.ts'

const TIMEOUT_MS = 10_000

/** The read-only JSON-RPC door: whoever may read the chain checks its anchors with tools of their own. */
export class DoorService {
  /** Any replica answers, whoever holds the chain's partition. */
  constructor(private readonly engine: ChainEngine, private readonly dataDir: string) {}

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
    const rpc = await this.engine.attach({ chainId: chain.id, dataDir: join(this.dataDir, 'engines', chain.id) })
    try {
      return await this.askThrough(rpc, body)
    } finally {
      rpc.close()
    }
  }

  private async askThrough(rpc: JsonRpc, body: string): Promise<unknown> {
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
