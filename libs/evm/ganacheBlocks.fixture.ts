import { CheckpointAnchor, ReadingRecord } from '@brume/contracts'
import type { ContractArtifact } from '@brume/contracts'
import { BrowserProvider, id, Interface } from 'ethers'
import ganache from 'ganache'
import type { RpcBlock, RpcReceipt } from './index.ts'

/** A block as the engine tells it, with all its receipts in the block's order. */
export interface RecordedBlock {
  block: RpcBlock & { hash: string; transactions: string[] }
  receipts: RpcReceipt[]
}

interface Transaction {
  to?: string
  data?: string
  value?: string
  type?: string
  gasPrice?: string
  accessList?: []
}

/** Mines only when it is told to, so a block holds as many transactions as a test wants. */
export class GanacheBlocks {
  static readonly LEDGER = id('a ledger')
  static readonly ROOT = id('a root')
  static readonly ENVELOPE = `0x${'61'.repeat(480)}`

  private readonly engine: ReturnType<typeof ganache.provider>
  private readonly provider: BrowserProvider

  constructor(hardfork: 'london' | 'shanghai') {
    // A day between two blocks that nobody asked for. Legacy instamine would make one block for each transaction.
    this.engine = ganache.provider({ logging: { quiet: true }, chain: { hardfork }, wallet: { deterministic: true }, miner: { blockTime: 86_400 } })
    this.provider = new BrowserProvider(this.engine, undefined, { cacheTimeout: -1 })
  }

  async stop(): Promise<void> {
    this.provider.destroy()
    await this.engine.disconnect()
  }

  /** Transfers that take turns between the three ways to pay: dynamic fee, legacy, access list. */
  mineTransfers(count: number): Promise<RecordedBlock> {
    const kinds: Transaction[] = [{}, { type: '0x0', gasPrice: '0x77359400' }, { type: '0x1', gasPrice: '0x77359400', accessList: [] }]
    return this.mine(Array.from({ length: count }, (_, index) => ({ to: `0x${'11'.repeat(20)}`, value: '0x1', ...kinds[index % 3] })))
  }

  /** Both contracts opened, then a checkpoint, a reading, and a checkpoint that reverts. */
  async mineAnchors(): Promise<RecordedBlock> {
    const checkpoints = await this.deploy(CheckpointAnchor)
    const readings = await this.deploy(ReadingRecord)
    const { LEDGER, ROOT, ENVELOPE } = GanacheBlocks
    return this.mine([
      checkpoints('open', [LEDGER]),
      readings('open', [LEDGER]),
      checkpoints('anchor', [LEDGER, 1_000, ROOT]),
      readings('record', [LEDGER, 0, ENVELOPE]),
      checkpoints('anchor', [LEDGER, 1_000, ROOT]),
    ])
  }

  private async deploy({ abi, bytecode }: ContractArtifact): Promise<(method: string, args: unknown[]) => Transaction> {
    const { block } = await this.mine([{ data: bytecode }])
    const receipt = await this.provider.send('eth_getTransactionReceipt', [block.transactions[0]])
    const contract = new Interface(abi)
    return (method, args) => ({ to: receipt.contractAddress, data: contract.encodeFunctionData(method, args) })
  }

  private async mine(transactions: readonly Transaction[]): Promise<RecordedBlock> {
    const [from] = await this.provider.send('eth_accounts', [])
    for (const transaction of transactions) {
      await this.provider.send('eth_sendTransaction', [{ from, gas: '0x100000', ...transaction }])
    }
    await this.provider.send('evm_mine', [])
    const block: RecordedBlock['block'] = await this.provider.send('eth_getBlockByNumber', ['latest', false])
    if (block.transactions.length !== transactions.length) throw new Error(`the block holds ${block.transactions.length} of ${transactions.length}`)
    const receipts = await Promise.all(block.transactions.map((hash) => this.provider.send('eth_getTransactionReceipt', [hash])))
    return { block, receipts }
  }
}
