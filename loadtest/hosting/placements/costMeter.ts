import type { BrumeClient, ChainResource } from '@brume/client'
import { CheckpointAnchor, ReadingRecord } from '@brume/contracts'
import { ledgerKey } from '@brume/evm'
import { hexlify, Interface } from 'ethers'
import type { CellResult } from '../model/index.ts'
import { chainGrowth, quantity } from './chainGrowth.ts'

export type Cost = NonNullable<CellResult['cost']>

/** A moment of a chain. */
export interface CostMark {
  readonly block: number
  /** Entries that the contract has: anchored, or recorded one by one. */
  readonly anchored: number
  readonly storedBytes: number
}

/** Member 1 of `latest` is the size in the one contract and the next index in the other (ICheckpointAnchor.sol, IReadingRecord.sol). */
const contracts = { batched: new Interface(CheckpointAnchor.abi), direct: new Interface(ReadingRecord.abi) }

/** What readings cost that were anchored between two marks. Asked through the public door, so between the measured times. */
export class CostMeter {
  readonly #client: BrumeClient
  readonly #chain: ChainResource
  readonly #storedBytes: () => Promise<number>

  constructor(client: BrumeClient, chain: ChainResource, storedBytes: () => Promise<number>) {
    this.#client = client
    this.#chain = chain
    this.#storedBytes = storedBytes
  }

  async mark(): Promise<CostMark> {
    const block = Number(await this.#client.rpc(this.#chain.id, 'eth_blockNumber'))
    return { block, anchored: await this.#anchoredAt(block), storedBytes: await this.#storedBytes() }
  }

  /** Undefined where nothing was anchored since. */
  async since(mark: CostMark): Promise<Cost | undefined> {
    const now = await this.mark()
    const readings = now.anchored - mark.anchored
    if (readings === 0) return undefined
    const { gas, bytes } = await chainGrowth(this.#client, this.#chain.id, mark.block, now.block)
    return { readings, gas, chainBytes: bytes, storedBytes: now.storedBytes - mark.storedBytes }
  }

  /** At one block, so that readings and gas are of the same blocks. */
  async #anchoredAt(block: number): Promise<number> {
    const { id, writeMode, contract, ledger } = this.#chain
    const abi = contracts[writeMode]
    const data = abi.encodeFunctionData('latest', [hexlify(ledgerKey(ledger.origin))])
    const answer = await this.#client.rpc(id, 'eth_call', [{ to: contract, data }, quantity(block)])
    return Number(abi.decodeFunctionResult('latest', String(answer))[1])
  }
}
