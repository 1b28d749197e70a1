import type { ContractArtifact } from '@brume/contracts'
import type { RpcBlock, RpcReceipt } from '@brume/evm'
import { encodeHeader, hexToBytes, makeReceiptProof } from '@brume/evm'
import { BrowserProvider, getCreateAddress, Interface } from 'ethers'
import ganache from 'ganache'
import type { EventParts } from './index.ts'

export interface MinedEvent extends EventParts {
  blockHash: string
}

const START = new Date('2025-11-21T12:00:00Z')

/** A real chain in this process, with one contract. Mines only when it is told to; the clock of its blocks is counted, so files made from it stay the same. */
export class DevChain {
  static readonly EIP155 = 20_251_121

  readonly contract: string
  private readonly provider: BrowserProvider
  private readonly from: string
  private readonly abi: Interface
  private readonly disconnect: () => Promise<void>

  private constructor(provider: BrowserProvider, from: string, artifact: ContractArtifact, disconnect: () => Promise<void>) {
    this.provider = provider
    this.from = from
    this.abi = new Interface(artifact.abi)
    this.contract = getCreateAddress({ from, nonce: 0 }).toLowerCase()
    this.disconnect = disconnect
  }

  static async start(artifact: ContractArtifact): Promise<DevChain> {
    const engine = ganache.provider({
      logging: { quiet: true },
      chain: { hardfork: 'shanghai', chainId: DevChain.EIP155, time: START },
      wallet: { deterministic: true },
      // A day between two blocks that nobody asked for.
      miner: { blockTime: 86_400, timestampIncrement: 1 },
    })
    const provider = new BrowserProvider(engine, undefined, { cacheTimeout: -1 })
    const [from] = await provider.send('eth_accounts', [])
    const chain = new DevChain(provider, from, artifact, () => engine.disconnect())
    await chain.mine([{ data: artifact.bytecode }])
    return chain
  }

  async stop(): Promise<void> {
    this.provider.destroy()
    await this.disconnect()
  }

  rpc(method: string, params: unknown[]): Promise<unknown> {
    return this.provider.send(method, params)
  }

  /** The calls in one block, behind a transfer that has no event. */
  call(method: string, argumentLists: readonly unknown[][]): Promise<MinedEvent[]> {
    return this.mine(argumentLists.map((args) => ({ to: this.contract, data: this.abi.encodeFunctionData(method, args) })))
  }

  private async mine(transactions: readonly { to?: string; data: string }[]): Promise<MinedEvent[]> {
    const gasPrice = '0x77359400'
    for (const transaction of transactions) await this.provider.send('eth_sendTransaction', [{ from: this.from, gas: '0x200000', gasPrice, ...transaction }])
    await this.provider.send('eth_sendTransaction', [{ from: this.from, gas: '0x5208', gasPrice, to: `0x${'11'.repeat(20)}`, value: '0x1' }])
    await this.provider.send('evm_mine', [])
    return this.newestEvents(transactions.length)
  }

  private async newestEvents(count: number): Promise<MinedEvent[]> {
    const block: RpcBlock & { hash: string; transactions: string[] } = await this.provider.send('eth_getBlockByNumber', ['latest', false])
    const receipts: RpcReceipt[] = await Promise.all(block.transactions.map((hash) => this.provider.send('eth_getTransactionReceipt', [hash])))
    if (receipts.length !== count + 1) throw new Error(`the block holds ${receipts.length} transactions, not ${count + 1}`)
    const header = encodeHeader(block)
    const root = hexToBytes(block.receiptsRoot)
    return Array.from({ length: count }, (_, txIndex) => ({ txIndex, logIndex: 0, receiptProof: makeReceiptProof(receipts, root, txIndex), header, blockHash: block.hash }))
  }
}
