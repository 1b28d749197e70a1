import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { bytesToHex, hexToBytes } from '@ethereumjs/util'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineYard, sendAll, signedTransfers } from '../engine.fixture.ts'
import type { EngineSpec } from '../engine.ts'
import type { JsonRpc, RpcOutcome } from '../jsonRpc.ts'

const yard = new EngineYard()
let spec: EngineSpec
let rpc: JsonRpc

beforeAll(async () => {
  spec = yard.spec()
  rpc = (await yard.engine().start(spec)).rpc
})
afterAll(() => yard.clear())

async function nonceNow(): Promise<number> {
  return Number(await rpc.call('eth_getTransactionCount', [spec.fundedAddress, 'latest']))
}

async function transfers(count: number): Promise<string[]> {
  const next = await nonceNow()
  return signedTransfers(yard.writer, spec.eip155, Array.from({ length: count }, (_, n) => next + n))
}

async function receiptOf(hash: unknown): Promise<Receipt | null> {
  return (await rpc.call('eth_getTransactionReceipt', [hash])) as Receipt | null // eth_getTransactionReceipt's shape
}

/** One request, so one round. */
function sendBatch(raw: readonly unknown[]): Promise<RpcOutcome[]> {
  return rpc.batch(raw.map((one) => ({ method: 'eth_sendRawTransaction', params: [one] })))
}

type Hex = `0x${string}`
interface Receipt {
  status: Hex
  type: Hex
  cumulativeGasUsed: Hex
  logsBloom: Hex
  logs: { address: Hex; topics: Hex[]; data: Hex }[]
  transactionIndex: Hex
  blockNumber: Hex
}
interface Block {
  receiptsRoot: Hex
  number: Hex
  transactions: Hex[]
}

describe('BlockMaker', () => {
  it('answers when the transaction is in a block', async () => {
    const [raw] = await transfers(1)
    const hash = await rpc.call('eth_sendRawTransaction', [raw])
    expect((await receiptOf(hash))?.status).toBe('0x1')
  })

  it('takes transactions that arrive in any order, all in flight at once', async () => {
    const raw = await transfers(60)
    const hashes = await sendAll(rpc, raw.toReversed())
    expect(await Promise.all(hashes.map(async (hash) => (await receiptOf(hash))?.status))).toEqual(hashes.map(() => '0x1'))
  })

  it('mines every one of thousands with many in flight', async () => {
    const before = await nonceNow()
    for (let n = 0; n < 10; n += 1) await sendAll(rpc, await transfers(200))
    expect(await nonceNow()).toBe(before + 2_000)
  }, 60_000)

  it('keeps a transaction that waits for a smaller nonce, without holding up the others', async () => {
    const [first, second, third] = await transfers(3)
    const waits = await rpc.call('eth_sendRawTransaction', [third])
    expect(await receiptOf(waits)).toBeNull()
    await rpc.call('eth_sendRawTransaction', [first])
    expect(await receiptOf(waits)).toBeNull()
    await rpc.call('eth_sendRawTransaction', [second])
    expect((await receiptOf(waits))?.status).toBe('0x1')
  })

  it('makes more than one block when one cannot hold them', async () => {
    const next = await nonceNow()
    // The init code INVALID uses up all of its 16 M gas; a block has 30 M.
    const greedy = (nonce: number): Promise<string> =>
      yard.writer.signTransaction({ type: 2, chainId: spec.eip155, nonce, data: '0xfe', gasLimit: 16_000_000, maxFeePerGas: 2_000_000_000, maxPriorityFeePerGas: 0 })
    const outcomes = await sendBatch(await Promise.all([0, 1, 2].map((n) => greedy(next + n))))
    const receipts = await Promise.all(outcomes.map((one) => receiptOf(one.ok ? one.result : one.error)))
    expect(receipts.map((receipt) => receipt?.status)).toEqual(['0x0', '0x0', '0x0'])
    expect(new Set(receipts.map((receipt) => receipt?.blockNumber)).size).toBe(3)
  })

  it('refuses a bad transaction alone', async () => {
    const [good] = await transfers(1)
    const poor = await Wallet.createRandom().signTransaction({ type: 2, chainId: spec.eip155, nonce: 0, to: spec.fundedAddress, value: 1, gasLimit: 21_000, maxFeePerGas: 2_000_000_000 })
    const outcomes = await sendBatch([good, poor, '0x02f8', '0x', '0xzz', 5, undefined])
    expect(outcomes.map((one) => one.ok)).toEqual([true, false, false, false, false, false, false])
    expect(outcomes[1]).toMatchObject({ error: { message: 'insufficient funds for gas * price + value' } })
  })

  it('never executes a transaction twice, not even one with nonce 0, and goes on with the next', async () => {
    const count = await nonceNow()
    const again = await signedTransfers(yard.writer, spec.eip155, [0, 1, count - 1])
    const [next, afterNext] = await transfers(2)
    const outcomes = await sendBatch([afterNext, ...again, next])
    expect(outcomes.map((one) => one.ok)).toEqual([true, false, false, false, true])
    for (const outcome of outcomes.slice(1, 4)) expect(outcome).toMatchObject({ error: { code: -32000, message: expect.stringContaining('tx has nonce of:') } })
    expect(await nonceNow()).toBe(count + 2)
    const later = await sendBatch((await transfers(3)).toReversed())
    expect(later.map((one) => one.ok)).toEqual([true, true, true])
    expect(await nonceNow()).toBe(count + 5)
  })

  it('executes the first transaction of an account once when it is sent twice at once', async () => {
    const account = Wallet.createRandom()
    const fund = await yard.writer.signTransaction({ type: 2, chainId: spec.eip155, nonce: await nonceNow(), to: account.address, value: 10n ** 18n, gasLimit: 21_000, maxFeePerGas: 2_000_000_000, maxPriorityFeePerGas: 0 })
    await rpc.call('eth_sendRawTransaction', [fund])
    const [first] = await signedTransfers(account, spec.eip155, [0])
    const outcomes = await sendBatch([first, first])
    expect(outcomes.map((one) => one.ok)).toEqual([true, false])
    expect(await rpc.call('eth_getTransactionCount', [account.address, 'latest'])).toBe('0x1')
  })

  it('makes blocks of many transactions whose receipts hash to the header (Yellow Paper, 4.3.1)', async () => {
    const next = await nonceNow()
    // Init code that logs one word with one topic: PUSH1 1, PUSH1 32, PUSH1 0, LOG1, STOP.
    const logging = (nonce: number): Promise<string> =>
      yard.writer.signTransaction({ type: 2, chainId: spec.eip155, nonce, data: '0x600160206000a100', gasLimit: 100_000, maxFeePerGas: 2_000_000_000, maxPriorityFeePerGas: 0 })
    const raw = await Promise.all(Array.from({ length: 40 }, (_, n) => logging(next + n)))
    const outcomes = await sendBatch(raw)
    expect(outcomes.every((one) => one.ok)).toBe(true)
    const block = (await rpc.call('eth_getBlockByNumber', ['latest', false])) as Block // eth_getBlockByNumber's shape
    expect(block.transactions.length).toBeGreaterThan(30)
    const trie = await createMPT()
    for (const hash of block.transactions) {
      const receipt = await receiptOf(hash)
      if (receipt === null) throw new Error('a transaction of a block has a receipt')
      expect(receipt.logs.length).toBe(1)
      await trie.put(RLP.encode(Number(receipt.transactionIndex)), encoded(receipt))
    }
    expect(bytesToHex(trie.root())).toBe(block.receiptsRoot)
  })
})

function encoded({ status, type, cumulativeGasUsed, logsBloom, logs }: Receipt): Uint8Array {
  const logFields = logs.map(({ address, topics, data }) => [hexToBytes(address), topics.map((topic) => hexToBytes(topic)), hexToBytes(data)])
  return Uint8Array.of(Number(type), ...RLP.encode([Number(status), Number(cumulativeGasUsed), hexToBytes(logsBloom), logFields]))
}
