import type { Log } from '@brume/evm'
import { bytesToHex, CHECKPOINT_ANCHORED_TOPIC, hexToBytes, ledgerKey, quantityFromHex, READING_RECORDED_TOPIC } from '@brume/evm'
import type { Trust } from '@brume/proof'
import { z } from 'zod'
import { UnusableError } from '../exitCode.ts'
import type { LedgerSource } from './ledgerSource.ts'
import { RpcError } from './ledgerSource.ts'

const rpcLogs = z.array(z.object({ address: z.string(), topics: z.array(z.string()).max(4), data: z.string() }))

const FIRST_BLOCKS = 64
/** Brume's own door takes 10,000. */
const MOST_BLOCKS = 8_192
const MANY_LOGS = 1_000

/** The events of one ledger, in the order of the chain. Each call of `more` reads on from where the last one ended. */
export class ChainLogs {
  private next = 0
  private blocks = FIRST_BLOCKS
  private readonly source: LedgerSource
  private readonly contract: string
  private readonly topics: readonly (string | string[])[]

  constructor(source: LedgerSource, { ledger, chain }: Trust) {
    this.source = source
    this.contract = chain.contract
    this.topics = [[bytesToHex(CHECKPOINT_ANCHORED_TOPIC), bytesToHex(READING_RECORDED_TOPIC)], bytesToHex(ledgerKey(ledger.origin))]
  }

  /** Up to the block that is the newest now. */
  async *more(): AsyncGenerator<Log> {
    const head = quantityOf(await this.source.rpc('eth_blockNumber', []), 'eth_blockNumber')
    while (this.next <= head) {
      const last = Math.min(head, this.next + this.blocks - 1)
      const logs = await this.rangeIfTaken(this.next, last)
      if (logs) {
        this.next = last + 1
        yield* logs
      }
      this.blocks = nextSpan(this.blocks, logs?.length)
    }
  }

  /** Nothing when the node wants to be asked for less. */
  private async rangeIfTaken(from: number, to: number): Promise<Log[] | undefined> {
    try {
      return await this.range(from, to)
    } catch (error) {
      if (error instanceof RpcError && to > from) return undefined
      throw error
    }
  }

  private async range(from: number, to: number): Promise<Log[]> {
    const filter = { address: this.contract, topics: this.topics, fromBlock: quantity(from), toBlock: quantity(to) }
    const parsed = rpcLogs.safeParse(await this.source.rpc('eth_getLogs', [filter]))
    if (!parsed.success) throw new UnusableError('eth_getLogs: the answer is not a list of logs')
    return parsed.data.map(({ address, topics, data }) => ({ address: hexToBytes(address), topics: topics.map(hexToBytes), data: hexToBytes(data) }))
  }
}

export function quantityOf(answer: unknown, method: string): number {
  if (typeof answer !== 'string') throw new UnusableError(`${method}: the answer is not a quantity`)
  return Number(quantityFromHex(answer))
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`
}

/** A node bounds its answers, and how dense the events are is not known before. */
function nextSpan(blocks: number, logs = Number.POSITIVE_INFINITY): number {
  if (logs > MANY_LOGS) return Math.max(1, Math.floor(blocks / 2))
  return Math.min(MOST_BLOCKS, blocks * 2)
}
