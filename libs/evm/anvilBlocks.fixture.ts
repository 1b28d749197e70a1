import { readFileSync } from 'node:fs'
import type { RpcBlock, RpcReceipt } from './index.ts'

/** Blocks of every fork from London to Prague; the file says where they come from. */
export const anvilBlocks: { fork: string; block: RpcBlock & { hash: string }; receipts: RpcReceipt[] }[] = JSON.parse(
  readFileSync(new URL('../../vectors/evm/anvil-blocks.json', import.meta.url), 'utf8'),
).blocks
