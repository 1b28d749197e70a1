import { Transaction } from 'ethers'
import type { ChainRpc } from '../anchor/chainRpc.ts'
import { describeCall } from '../anchor/contractCalls.ts'
import type { PlannedTransaction, TransactionRepository } from '../anchor/transaction.repository.ts'

/**
 * Brings transactions in line with the engine after either came back older.
 * Engine behind (a power cut cost it blocks): its lost blocks are superseded, their transactions open again, to be sent as they are.
 * Database behind (an older copy): the writer's transactions are read back from the chain, so that no nonce is used twice.
 */
export class EngineHistory {
  constructor(private readonly chain: { no: number; writerAddress: string }, private readonly transactions: TransactionRepository) {}

  /** @returns how many transactions have to be sent again */
  async supersedeLostBlocks(rpc: ChainRpc): Promise<number> {
    const lost = await this.firstLostBlock(rpc)
    return lost === undefined ? 0 : this.transactions.supersedeFrom(this.chain.no, lost)
  }

  /** @returns how many transactions were read back */
  async adoptUnknownTransactions(rpc: ChainRpc, now: Date): Promise<number> {
    const next = await this.transactions.nextNonce(this.chain.no)
    const used = await rpc.transactionCount(this.chain.writerAddress)
    if (used <= next) return 0
    const unknown = await this.findOnChain(rpc, next, used)
    await this.transactions.insert(this.chain.no, unknown, now)
    return unknown.length
  }

  /** The lowest stored block that the engine does not have under the same hash. Blocks are a chain: from there on all are lost. */
  private async firstLostBlock(rpc: ChainRpc): Promise<number | undefined> {
    let lost: number | undefined
    for (const { number, hash } of await this.transactions.lastHeaders(this.chain.no, 1_000)) {
      if ((await rpc.blockHash(number)) === hash) return lost
      lost = number
    }
    return lost
  }

  /** Walks back from the newest block: the missing nonces are the newest ones. */
  private async findOnChain(rpc: ChainRpc, from: number, to: number): Promise<PlannedTransaction[]> {
    const found = new Map<number, PlannedTransaction>()
    for (let number = await rpc.blockNumber(); number >= 0 && found.size < to - from; number--) {
      for (const transaction of transactionsOf(await rpc.fullBlock(number))) {
        const { nonce } = transaction
        if (transaction.from === this.chain.writerAddress && nonce >= from) found.set(nonce, plannedFrom(transaction))
      }
    }
    return [...found.values()].sort((a, b) => a.nonce - b.nonce)
  }
}

/** The engine's JSON has the members that ethers reads, under the names `input` and `gas` of JSON-RPC. */
function transactionsOf(block: unknown): Transaction[] {
  const { transactions = [] } = (block ?? {}) as { transactions?: Record<string, string>[] } // eth_getBlockByNumber with full transactions
  return transactions.map((t) => Transaction.from({
    type: Number(t['type']), chainId: BigInt(t['chainId'] ?? 0), nonce: Number(t['nonce']), to: t['to'] ?? null, data: t['input'] ?? '0x', value: BigInt(t['value'] ?? 0),
    gasLimit: BigInt(t['gas'] ?? 0), maxFeePerGas: BigInt(t['maxFeePerGas'] ?? 0), maxPriorityFeePerGas: BigInt(t['maxPriorityFeePerGas'] ?? 0),
    signature: { r: pad(t['r']), s: pad(t['s']), v: Number(t['v']) },
  }))
}

function pad(quantity = '0x'): string {
  return `0x${quantity.slice(2).padStart(64, '0')}`
}

function plannedFrom(transaction: Transaction): PlannedTransaction {
  const call = describeCall(transaction.data)
  const { subject } = { subject: undefined, ...call }
  return { nonce: transaction.nonce, raw: Buffer.from(transaction.serialized.slice(2), 'hex'), hash: transaction.hash ?? '', purpose: call?.purpose ?? 'deploy', ...(subject === undefined ? {} : { subject }) }
}
