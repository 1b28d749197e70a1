import type { JsonRpcPayload, JsonRpcResult } from 'ethers'
import { JsonRpcApiProvider, Network } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineYard, sendAll, signedTransfers } from './engine.fixture.ts'
import type { EngineSpec } from './engine.ts'
import type { JsonRpc } from './jsonRpc.ts'
import { RpcError, RpcUnavailable } from './jsonRpc.ts'
import { doorAnswers, doorCalls, doorUnavailable, validateDoorRequest } from './rpcDoor.ts'

const latest = 20_000
const [address, hash] = [`0x${'ab'.repeat(20)}`, `0x${'cd'.repeat(32)}`]

function ask(method: string, params: unknown): ReturnType<typeof validateDoorRequest> {
  return validateDoorRequest(JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }), latest)
}

/** What the engine would be asked, or the code of the refusal. */
function verdict(method: string, params: unknown): unknown {
  const [item] = ask(method, params).items
  if (item?.kind === 'call') return item.call.params
  return item?.kind === 'refused' && 'error' in item.answer ? item.answer.error.code : item?.kind
}

describe('the door lets in what reads', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['eth_chainId', [], []],
    ['net_version', [], []],
    ['web3_clientVersion', [], []],
    ['eth_blockNumber', [], []],
    ['eth_getBlockByNumber', ['0x10', true], ['0x10', true]],
    ['eth_getBlockByNumber', ['latest', false], ['latest', false]],
    ['eth_getBlockByHash', [hash, false], [hash, false]],
    ['eth_getTransactionByHash', [hash], [hash]],
    ['eth_getTransactionReceipt', [hash], [hash]],
    ['eth_getLogs', [{ address, topics: [hash, null, [hash, hash]], fromBlock: '0x0', toBlock: '0x270f' }], [{ address, topics: [hash, null, [hash, hash]], fromBlock: '0x0', toBlock: '0x270f' }]],
    ['eth_getLogs', [{ address: [address] }], [{ address: [address], fromBlock: 'latest', toBlock: 'latest' }]],
    ['eth_getLogs', [{ blockHash: hash }], [{ blockHash: hash }]],
    ['eth_call', [{ to: address, data: '0x1234', gas: '0x5208' }, '0x1'], [{ to: address, data: '0x1234', gas: '0x5208' }, '0x1']],
    ['eth_getCode', [address, 'latest'], [address, 'latest']],
    ['eth_getBalance', [address, 'earliest'], [address, 'earliest']],
    ['eth_getTransactionCount', [address, 'pending'], [address, 'pending']],
    ['eth_getStorageAt', [address, '0x0', 'latest'], [address, '0x0', 'latest']],
    ['eth_getStorageAt', [address, hash, 'latest'], [address, hash, 'latest']],
  ])('%s %j', (method, params, asked) => {
    expect(verdict(method, params)).toEqual(asked)
  })

  it('with latest as the block that was not named', () => {
    expect(verdict('eth_getBalance', [address])).toEqual([address, 'latest'])
    expect(verdict('eth_call', [{ to: address }])).toEqual([{ to: address, gas: '0xf4240' }, 'latest'])
    expect(verdict('eth_getBlockByNumber', ['latest'])).toEqual(['latest', false])
  })

  it('with the gas of a call cut down to the cap', () => {
    expect(verdict('eth_call', [{ to: address, gas: '0xffffffffffff' }, 'latest'])).toEqual([{ to: address, gas: '0xf4240' }, 'latest'])
  })
})

describe('the door refuses', () => {
  it.each([
    'eth_sendRawTransaction', 'eth_sendTransaction', 'eth_sign', 'eth_signTypedData_v4', 'eth_accounts', 'eth_estimateGas', 'eth_newFilter', 'eth_subscribe', 'eth_getProof',
    'evm_revert', 'evm_mine', 'miner_stop', 'personal_unlockAccount', 'debug_traceTransaction', 'txpool_content', 'admin_peers', 'ETH_CHAINID', 'eth_chainId ', '', 'toString', '__proto__', 'constructor',
  ])('the method %j', (method) => {
    expect(verdict(method, [])).toBe(-32601)
  })

  it.each<[string, unknown]>([
    ['eth_chainId', ['0x1']],
    ['eth_getBlockByNumber', []],
    ['eth_getBlockByNumber', ['newest', false]],
    ['eth_getBlockByNumber', ['0x01', false]],
    ['eth_getBlockByNumber', [16, false]],
    ['eth_getBlockByHash', [address, false]],
    ['eth_getTransactionReceipt', ['0x12']],
    ['eth_getTransactionReceipt', [hash, hash]],
    ['eth_getBalance', ['0x12', 'latest']],
    ['eth_getBalance', [address, { blockHash: hash }]],
    ['eth_getStorageAt', [address, '0x00', 'latest']],
    ['eth_call', [{ to: address }, 'latest', { [address]: { balance: '0x1' } }]],
    ['eth_call', [{ to: address, nonce: '0x1' }, 'latest']],
    ['eth_call', [{ data: '0x6000' }, 'latest']],
    ['eth_call', [{ to: address, data: '0x123' }, 'latest']],
    ['eth_call', [{ to: address, data: `0x${'00'.repeat(64 * 1024 + 1)}` }, 'latest']],
    ['eth_getLogs', [{ fromBlock: '0x1', blockHash: hash }]],
    ['eth_getLogs', [{ address: Array.from({ length: 21 }, () => address) }]],
    ['eth_getLogs', [{ topics: [hash, hash, hash, hash, hash] }]],
    ['eth_getLogs', [{ topics: [Array.from({ length: 17 }, () => hash)] }]],
  ])('the params of %s %j', (method, params) => {
    expect(verdict(method, params)).toBe(-32602)
  })

  it.each([
    [{ fromBlock: '0x0', toBlock: '0x2710' }, -32005],
    [{ fromBlock: 'earliest', toBlock: 'latest' }, -32005],
    [{ fromBlock: 'earliest' }, -32005],
    [{ fromBlock: '0x2710', toBlock: 'latest' }, -32005],
    [{ fromBlock: '0x0', toBlock: '0xfffffffffffff' }, -32005],
    [{ fromBlock: '0x2711', toBlock: 'latest' }, [{ fromBlock: '0x2711', toBlock: 'latest' }]],
    [{ fromBlock: '0x0', toBlock: '0x270f' }, [{ fromBlock: '0x0', toBlock: '0x270f' }]],
  ])('logs of more than 10,000 blocks: %j', (filter, expected) => {
    expect(verdict('eth_getLogs', [filter])).toEqual(expected)
  })

  it.each<[string, number]>([
    ['', -32700],
    ['{"jsonrpc"', -32700],
    ['null', -32600],
    ['"eth_chainId"', -32600],
    ['[]', -32600],
    ['{"id":1,"method":"eth_chainId"}', -32600],
    ['{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}', -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":5}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{}}', -32600],
    [JSON.stringify(Array.from({ length: 21 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'eth_chainId' }))), -32005],
  ])('the body %s', (body, code) => {
    const request = validateDoorRequest(body, latest)
    expect(doorCalls(request)).toEqual([])
    expect(doorAnswers(request, [])).toEqual({ jsonrpc: '2.0', id: null, error: { code, message: expect.any(String) } })
  })
})

describe('the answers of a batch', () => {
  const body = JSON.stringify([
    { jsonrpc: '2.0', id: 'a', method: 'eth_chainId', params: [] },
    { jsonrpc: '2.0', method: 'eth_blockNumber' },
    { jsonrpc: '2.0', id: 2, method: 'evm_mine' },
    { jsonrpc: '2.0', id: null, method: 'eth_getTransactionReceipt', params: [hash] },
    { jsonrpc: '2.0', id: 4, method: 'eth_call', params: [{ to: address }] },
  ])

  it('stand in the order of the calls, each with its id, and none for a notification', () => {
    const request = validateDoorRequest(body, latest)
    expect(doorCalls(request).map((call) => call.method)).toEqual(['eth_chainId', 'eth_getTransactionReceipt', 'eth_call'])
    const answers = doorAnswers(request, [{ ok: true, result: '0x1' }, { ok: true, result: undefined }, { ok: false, error: new RpcError(3, 'reverted', '0x08') }])
    expect(answers).toEqual([
      { jsonrpc: '2.0', id: 'a', result: '0x1' },
      { jsonrpc: '2.0', id: 2, error: { code: -32601, message: expect.any(String) } },
      { jsonrpc: '2.0', id: null, result: null },
      { jsonrpc: '2.0', id: 4, error: { code: 3, message: 'reverted', data: '0x08' } },
    ])
  })

  it('are nothing when all are notifications', () => {
    expect(doorAnswers(validateDoorRequest('[{"jsonrpc":"2.0","method":"eth_chainId"}]', latest), [])).toBeUndefined()
  })

  it('are an error each when the engine is away, without what the platform knows of it', () => {
    const answers = doorUnavailable(ask('eth_chainId', []), new RpcUnavailable('not-connected', 'connect ENOENT /private/rpc.sock'))
    expect(answers).toEqual({ jsonrpc: '2.0', id: 7, error: { code: -32002, message: 'the chain does not answer now, try again' } })
    expect(doorUnavailable(ask('eth_getLogs', [{}]), new RpcUnavailable('too-large', ''))).toMatchObject({ error: { code: -32005 } })
  })
})

/** A provider of ethers whose every request goes through the door. */
class DoorProvider extends JsonRpcApiProvider {
  readonly #rpc: JsonRpc

  constructor(rpc: JsonRpc, eip155: number) {
    const network = Network.from(eip155)
    super(network, { staticNetwork: network })
    this.#rpc = rpc
    this._start()
  }

  async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const request = validateDoorRequest(JSON.stringify(payload), Number(await this.#rpc.call('eth_blockNumber', [])))
    const answers = doorAnswers(request, await this.#rpc.batch(doorCalls(request)))
    return [answers].flat() as JsonRpcResult[] // ethers sends no notifications, so each call has its answer
  }
}

describe('ethers through the door of a real chain', () => {
  const yard = new EngineYard()
  let spec: EngineSpec
  let provider: DoorProvider
  beforeAll(async () => {
    spec = yard.spec()
    const { rpc } = await yard.engine().start(spec)
    await sendAll(rpc, await signedTransfers(yard.writer, spec.eip155, [0, 1]))
    provider = new DoorProvider(rpc, spec.eip155)
  })
  afterAll(async () => {
    provider.destroy()
    await yard.clear()
  })

  it('reads blocks, receipts, logs, code, balances and calls', async () => {
    const block = await provider.getBlock('latest', true)
    const receipt = await provider.getTransactionReceipt(block?.prefetchedTransactions[0]?.hash ?? '')
    expect([receipt?.blockNumber, receipt?.status, receipt?.from]).toEqual([block?.number, 1, spec.fundedAddress])
    expect(await provider.getLogs({ fromBlock: 0, toBlock: 'latest' })).toEqual([])
    const bb = '0x00000000000000000000000000000000000000bb'
    expect(await Promise.all([provider.getBalance(bb), provider.getCode(bb), provider.getStorage(bb, 0), provider.call({ to: bb })])).toEqual([2n, '0x', '0x', '0x'])
    expect(await provider.getTransactionCount(spec.fundedAddress)).toBe(2)
  })

  it('cannot send', async () => {
    const [raw] = await signedTransfers(yard.writer, spec.eip155, [2])
    await expect(provider.broadcastTransaction(raw ?? '')).rejects.toThrow('not served here')
    expect(await provider.getTransactionCount(spec.fundedAddress)).toBe(2)
  })
})
