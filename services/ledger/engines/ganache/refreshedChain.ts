import type { EthereumProvider } from 'ganache'

type Request = Parameters<EthereumProvider['request']>[0]

/**
 * A chain that can be closed and opened again under its users. Ganache 7.9.2 keeps every transaction of a block that has more than one, or
 * that was asked for by `evm_mine` (in miner.ts the callback that should drop it sees the loop's next transaction): 15 to 20 KB each, and
 * every lookup of an unknown hash walks through them. Opening takes about 30 ms and drops them.
 */
export class RefreshedChain {
  readonly #open: () => Promise<EthereumProvider>
  #provider: EthereumProvider
  #underWay = 0
  #whenIdle: (() => void) | undefined
  #refreshing: Promise<void> | undefined

  private constructor(open: () => Promise<EthereumProvider>, provider: EthereumProvider) {
    this.#open = open
    this.#provider = provider
  }

  static async of(open: () => Promise<EthereumProvider>): Promise<RefreshedChain> {
    return new RefreshedChain(open, await open())
  }

  /** Waits while the chain is being refreshed. */
  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    while (this.#refreshing !== undefined) await this.#refreshing
    this.#underWay += 1
    try {
      // Ganache checks method and parameters itself; its types list only what it knows.
      return await this.#provider.request({ method, params: [...params] } as Request)
    } finally {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#whenIdle?.()
    }
  }

  /** Pending transactions are lost, as at a restart. An error leaves nothing to go on with: the process should end. */
  async refresh(): Promise<void> {
    this.#refreshing = this.#closeAndOpen()
    await this.#refreshing
    this.#refreshing = undefined
  }

  async close(): Promise<void> {
    await this.#refreshing
    await this.#provider.disconnect()
  }

  async #closeAndOpen(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
    this.#whenIdle = undefined
    await this.#provider.disconnect()
    this.#provider = await this.#open()
  }
}
