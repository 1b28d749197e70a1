import { hexToBytes } from './index.ts'
import type { Receipt, RpcReceipt } from './index.ts'

/** What a reader must find in the bytes of a receipt that the JSON-RPC told so. */
export function receiptFromRpc(rpc: RpcReceipt): Receipt {
  return {
    type: Number(rpc.type),
    status: rpc.status === '0x1' ? 'succeeded' : 'reverted',
    cumulativeGasUsed: BigInt(rpc.cumulativeGasUsed),
    logsBloom: hexToBytes(rpc.logsBloom),
    logs: rpc.logs.map((log) => ({ address: hexToBytes(log.address), topics: log.topics.map(hexToBytes), data: hexToBytes(log.data) })),
  }
}
