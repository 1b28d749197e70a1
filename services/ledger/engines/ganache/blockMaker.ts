import type { EthereumProvider } from 'ganache'

interface Waiting {
  readonly raw: unknown
  readonly resolve: (hash: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts signed transactions into blocks, in rounds: admit what has arrived, then make a block of it.
 *
 * Ganache's own instamining admits transactions while it makes a block, and then reads the sender's nonce before the block and the list of
 * executable transactions after it: about once in 10,000 transactions with several in flight, one is filed as "future" for ever, and all that
 * follow it wait (ganache 7.9.2, `prepareTransaction` in transaction-pool.ts). Here nothing is admitted while a block is made. A block of
 * many transactions is cheaper, too.
 *
 * As on other engines, a transaction that must wait for a smaller nonce is accepted and stays pending; with instamining the call would hang.
 */
export class BlockMaker {
  readonly #provider: EthereumProvider
  #waiting: Waiting[] = []
  #isRunning = false

  private constructor(provider: EthereumProvider) {
    this.#provider = provider
  }

  static async of(provider: EthereumProvider): Promise<BlockMaker> {
    await provider.request({ method: 'miner_stop', params: [] })
    return new BlockMaker(provider)
  }

  /** Resolves with the hash once the transaction is in a block, or waits for a smaller nonce. */
  send(raw: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ raw, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const round = this.#waiting
      this.#waiting = []
      await this.#makeRound(round).catch((error: unknown) => round.forEach(({ reject }) => reject(error)))
    }
    this.#isRunning = false
  }

  async #makeRound(round: readonly Waiting[]): Promise<void> {
    const admitted = await Promise.allSettled(round.map(({ raw }) => this.#admit(raw)))
    await this.#makeBlocks(admitted.filter(({ status }) => status === 'fulfilled').length)
    for (const [n, outcome] of admitted.entries()) {
      if (outcome.status === 'fulfilled') round[n]?.resolve(outcome.value)
      else round[n]?.reject(outcome.reason)
    }
  }

  #admit(raw: unknown): Promise<unknown> {
    return this.#provider.request({ method: 'eth_sendRawTransaction', params: [raw as string] }) // ganache checks it and says what is wrong
  }

  /** One block, and more while transactions that can be executed did not fit. */
  async #makeBlocks(transactions: number): Promise<void> {
    for (let left = transactions; left > 0; ) {
      await this.#provider.request({ method: 'evm_mine', params: [{ blocks: 1 }] })
      left -= Number(await this.#provider.request({ method: 'eth_getBlockTransactionCountByNumber', params: ['latest'] }))
      if (left > 0 && !(await this.#hasExecutable())) return
    }
  }

  async #hasExecutable(): Promise<boolean> {
    const { pending } = await this.#provider.request({ method: 'txpool_content', params: [] })
    return Object.keys(pending).length > 0
  }
}
