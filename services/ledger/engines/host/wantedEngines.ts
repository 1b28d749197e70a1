import { OperatorError } from '@brume/config'
import { replaceDurably, syncFolder } from '@brume/config/durableFile'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineOrder } from '../hostApi.ts'
import { engineOrderSchema } from '../hostApi.ts'

const suffix = '.json'

/** Which engines shall run, durable: one file each, so that one order costs the same among many. */
export class WantedEngines {
  readonly #folder: string
  readonly #orders = new Map<string, EngineOrder>()

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) if (name.endsWith(suffix)) this.#read(join(folder, name))
  }

  all(): EngineOrder[] {
    return [...this.#orders.values()]
  }

  find(chainId: string): EngineOrder | undefined {
    return this.#orders.get(chainId)
  }

  add(order: EngineOrder): void {
    replaceDurably(this.#path(order.chainId), JSON.stringify(order))
    this.#orders.set(order.chainId, order)
  }

  remove(chainId: string): void {
    rmSync(this.#path(chainId), { force: true })
    syncFolder(this.#folder)
    this.#orders.delete(chainId)
  }

  /** A file that cannot be read stops the start: an engine that is silently not taken up again would look like one that was lost. */
  #read(path: string): void {
    try {
      const order = engineOrderSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
      this.#orders.set(order.chainId, order)
    } catch {
      throw new OperatorError(`${path} is not an order for an engine: restore it, or remove it if the chain is gone`)
    }
  }

  #path(chainId: string): string {
    return join(this.#folder, `${chainId}${suffix}`)
  }
}

/** Addresses differ in case only by their checksum (EIP-55). */
export function isSameOrder(one: EngineOrder, other: EngineOrder): boolean {
  return one.chainId === other.chainId && one.eip155 === other.eip155 && one.hardfork === other.hardfork && one.fundedAddress.toLowerCase() === other.fundedAddress.toLowerCase()
}
