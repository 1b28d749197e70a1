import type { BrumeClient } from '@brume/client'

/** What a chain's blocks have cost. */
export interface ChainGrowth {
  readonly gas: number
  readonly bytes: number
}

/** Calls under way: the platform's door is asked as a tenant asks it. */
const AT_ONCE = 8

/** Gas used by, and size of, the blocks after `from` up to `to`. Nobody but the platform sends transactions to this chain. */
export async function chainGrowth(client: BrumeClient, chainId: string, from: number, to: number): Promise<ChainGrowth> {
  let [gas, bytes] = [0, 0]
  for (let at = from + 1; at <= to; at += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, to - at + 1) }, (_, i) => at + i)
    for (const block of await Promise.all(numbers.map((number) => blockOf(client, chainId, number)))) {
      gas += Number(block.gasUsed)
      bytes += Number(block.size)
    }
  }
  return { gas, bytes }
}

async function blockOf(client: BrumeClient, chainId: string, number: number): Promise<{ gasUsed: string; size: string }> {
  const block = await client.rpc(chainId, 'eth_getBlockByNumber', [quantity(number), false])
  if (typeof block !== 'object' || block === null) throw new Error(`the chain has no block ${number}`)
  return block as { gasUsed: string; size: string } // execution-apis, "Block"
}

/** As Ethereum's JSON-RPC writes numbers. */
export function quantity(number: number): string {
  return `0x${number.toString(16)}`
}
