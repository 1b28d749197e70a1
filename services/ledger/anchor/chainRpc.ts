import type { RpcBlock, RpcReceipt } from '@brume/evm'
import { maxRequestBytes, type JsonRpc, type RpcOutcome } from '../engines/index.ts'

/** What the engine says beside the hashed parts. */
export interface MinedReceipt extends RpcReceipt {
  transactionHash: string
  blockNumber: string
  gasUsed: string
}

export interface MinedBlock extends RpcBlock {
  hash: string
  transactions: string[]
}

const TIMEOUT_MS = 15_000
/** Calls of one request: the largest receipts of so many stay well below what the socket takes. */
const BATCH = 64
/** Half of what both ends of the socket take (`maxRequestBytes`): the other half is for what stands around the digits. */
const MOST_DIGITS = maxRequestBytes / 2

/** The few calls that the ledger makes of an engine, batched. */
export class ChainRpc {
  constructor(private readonly rpc: JsonRpc) {}

  /** Broadcasts raw transactions in order. What the engine has already is no error: the same bytes are sent again after a crash. */
  async sendRaw(raws: Uint8Array[]): Promise<void> {
    for (const group of groupsOf(raws)) {
      const results = await this.settle('eth_sendRawTransaction', group.map((raw) => [hex(raw)]))
      for (const result of results) if (!result.ok && !isKnown(result.error)) throw result.error
    }
  }

  async receipts(hashes: string[]): Promise<(MinedReceipt | undefined)[]> {
    const results = await this.all('eth_getTransactionReceipt', hashes.map((hash) => [hash]))
    return results.map((result) => (result as MinedReceipt | null) ?? undefined) // the engine's JSON, checked by the receipts root that it must hash to
  }

  async blocks(numbers: string[]): Promise<MinedBlock[]> {
    const results = await this.all('eth_getBlockByNumber', numbers.map((number) => [number, false]))
    return results.filter((block) => block !== null) as MinedBlock[] // checked by hashing the header
  }

  async blockHash(number: number): Promise<string | undefined> {
    const [block] = await this.blocks([quantity(number)])
    return block?.hash
  }

  async blockNumber(): Promise<number> {
    return Number(await this.rpc.call('eth_blockNumber', [], { timeoutMs: TIMEOUT_MS }))
  }

  /** How many transactions of `address` are in blocks. */
  async transactionCount(address: string): Promise<number> {
    return Number(await this.rpc.call('eth_getTransactionCount', [address, 'latest'], { timeoutMs: TIMEOUT_MS }))
  }

  async call(call: { to: string; data: string }): Promise<string> {
    return String(await this.rpc.call('eth_call', [call, 'latest'], { timeoutMs: TIMEOUT_MS }))
  }

  async hasCode(address: string): Promise<boolean> {
    return (await this.rpc.call('eth_getCode', [address, 'latest'], { timeoutMs: TIMEOUT_MS })) !== '0x'
  }

  /** Blocks with their transactions in full, as JSON-RPC has them. */
  async fullBlock(number: number): Promise<unknown> {
    return this.rpc.call('eth_getBlockByNumber', [quantity(number), true], { timeoutMs: TIMEOUT_MS })
  }

  private async all(method: string, params: unknown[][]): Promise<unknown[]> {
    const values: unknown[] = []
    for (let at = 0; at < params.length; at += BATCH) {
      for (const outcome of await this.settle(method, params.slice(at, at + BATCH))) {
        if (!outcome.ok) throw outcome.error
        values.push(outcome.result)
      }
    }
    return values
  }

  private settle(method: string, params: unknown[][]): Promise<RpcOutcome[]> {
    return this.rpc.batch(params.map((p) => ({ method, params: p })), { timeoutMs: TIMEOUT_MS })
  }
}

/** As many as go into one request: a record of full size is 128 KiB of hexadecimal digits. */
function groupsOf(raws: Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = []
  let group: Uint8Array[] = []
  let digits = 0
  for (const raw of raws) {
    if (group.length === BATCH || digits + 2 * raw.length > MOST_DIGITS) {
      groups.push(group)
      group = []
      digits = 0
    }
    group.push(raw)
    digits += 2 * raw.length
  }
  return group.length > 0 ? [...groups, group] : groups
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

function quantity(number: number): string {
  return `0x${number.toString(16)}`
}

/** Words by which engines say that they have a transaction already: ganache, geth, besu, anvil. */
function isKnown(error: Error): boolean {
  return /nonce too low|already known|known transaction|the tx doesn't have the correct nonce|already imported|same hash was already imported/i.test(error.message)
}
