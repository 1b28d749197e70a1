import { RpcError } from '../jsonRpc.ts'
import type { RawTransaction } from './rawTransaction.ts'
import { readRawTransaction, senderOf } from './rawTransaction.ts'
import type { RefreshedChain } from './refreshedChain.ts'

interface Waiting {
  readonly transaction: RawTransaction
  readonly resolve: (hash: string) => void
  readonly reject: (error: unknown) => void
}
/** Seen with 300 bytes of data: 14 to 22 KB. */
const heldBytesPerTransaction = 20_000

type Admitted = { readonly by: Waiting; readonly hash: string }

/**
 * Puts signed transactions into blocks, in rounds: admit what has arrived, then make blocks of it. Ganache 7.9.2 left to itself
 * (`prepareTransaction` in its transaction-pool.ts) loses or repeats transactions in three ways, which the rounds close:
 *
 * - It admits while it makes a block, and reads the sender's nonce before the block and the list of executable transactions after it. With
 *   several in flight, about one in 10,000 is filed as "future" for ever, and all that follow it wait. Here nothing is admitted meanwhile.
 * - A nonce that is used up is refused only while the sender has nothing executable; else it is filed as "future", and no transaction
 *   behind it is ever found. Here a round is admitted by rising nonce, and starts with nothing executable.
 * - Nonce 0 is taken for "no nonce": the transaction is executed again, at any later nonce. Here it is for new accounts only.
 *
 * A block of many transactions is also cheaper. As on other engines, a transaction that must wait for a smaller nonce is accepted and stays
 * pending; with ganache's instamining its call would hang.
 */
export class BlockMaker {
  readonly #chain: RefreshedChain
  readonly #refreshAfterBytes: number
  #waiting: Waiting[] = []
  #isRunning = false
  /** Estimate of what ganache holds of transactions that are in blocks. */
  #heldBytes = 0

  /** The chain's own instamining must be stopped. */
  constructor(chain: RefreshedChain, refreshAfterBytes = 96 * 1024 * 1024) {
    this.#chain = chain
    this.#refreshAfterBytes = refreshAfterBytes
  }

  /** Resolves with the hash once the transaction is in a block, or waits for a smaller nonce. */
  async send(raw: unknown): Promise<string> {
    const transaction = readRawTransaction(raw)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ transaction, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const round = this.#waiting.toSorted((a, b) => Number(a.transaction.nonce - b.transaction.nonce))
      this.#waiting = []
      await this.#makeRound(round)
      if (this.#heldBytes >= this.#refreshAfterBytes) await this.#refresh()
    }
    this.#isRunning = false
  }

  async #refresh(): Promise<void> {
    this.#heldBytes = 0
    await this.#chain.refresh()
  }

  async #makeRound(round: readonly Waiting[]): Promise<void> {
    const admitted = await this.#admit(round)
    try {
      await this.#makeBlocks(admitted.length)
      for (const { by, hash } of admitted) by.resolve(hash)
    } catch (error) {
      for (const { by } of admitted) by.reject(error)
    }
  }

  async #admit(round: readonly Waiting[]): Promise<Admitted[]> {
    const admitted: Admitted[] = []
    const newAccounts = new Set<string>()
    for (const by of round) {
      try {
        if (by.transaction.nonce === 0n) await this.#checkNew(by.transaction, newAccounts)
        admitted.push({ by, hash: String(await this.#chain.request('eth_sendRawTransaction', [by.transaction.hex])) })
        this.#heldBytes += heldBytesPerTransaction + by.transaction.hex.length
      } catch (error) {
        by.reject(error)
      }
    }
    return admitted
  }

  /** `newAccounts` are those whose first transaction is in this round. */
  async #checkNew(transaction: RawTransaction, newAccounts: Set<string>): Promise<void> {
    const sender = await senderOf(transaction)
    const used = Number(await this.#chain.request('eth_getTransactionCount', [sender, 'latest']))
    if (used > 0 || newAccounts.has(sender)) throw new RpcError(-32000, `nonce too low: account has nonce of: ${Math.max(used, 1)} tx has nonce of: 0`)
    newAccounts.add(sender)
  }

  /** One block, and more while transactions that can be executed did not fit. */
  async #makeBlocks(transactions: number): Promise<void> {
    for (let left = transactions; left > 0; ) {
      await this.#chain.request('evm_mine', [{ blocks: 1 }])
      const included = Number(await this.#chain.request('eth_getBlockTransactionCountByNumber', ['latest']))
      left -= included
      if (included === 0 || (left > 0 && !(await this.#hasExecutable()))) return
    }
  }

  async #hasExecutable(): Promise<boolean> {
    const { pending } = (await this.#chain.request('txpool_content', [])) as { pending: object } // go-ethereum's txpool_content
    return Object.keys(pending).length > 0
  }
}
