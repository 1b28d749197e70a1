import { z } from 'zod'

/** The read-only methods of the public door and what each may be asked (execution-apis, ethereum.github.io/execution-apis). */
export const doorLimits = {
  batch: 20,
  /** Blocks that one eth_getLogs may span. */
  logBlocks: 10_000,
  logAddresses: 20,
  topicAlternatives: 16,
  /** Gas of one eth_call; more is cut down to this, as engines do. Ganache runs 2 M a second and answers nobody else meanwhile. */
  callGas: 1_000_000,
  callDataBytes: 64 * 1024,
} as const

const quantity = z.string().regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/i, 'must be a quantity: 0x, no leading zeros')
const address = z.string().regex(/^0x[0-9a-f]{40}$/i, 'must be 20 bytes of 0x hexadecimal')
const hash = z.string().regex(/^0x[0-9a-f]{64}$/i, 'must be 32 bytes of 0x hexadecimal')
const blockNumber = z.string().regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,12})$/i, 'must be a block number or tag') // at most 2⁵²: exact as a number
const blockTag = z.enum(['earliest', 'latest', 'pending', 'safe', 'finalized'])
const block = z.union([blockTag, blockNumber]).default('latest')
const callData = z
  .string()
  .max(2 + 2 * doorLimits.callDataBytes)
  .regex(/^0x(?:[0-9a-f]{2})*$/i, 'must be bytes of 0x hexadecimal')
/** A storage slot: wallets send a quantity, or 32 bytes. */
const slot = z.union([quantity, hash])

/** No state overrides, no nonce, no access list: none is needed to read a contract. */
const callObject = z
  .strictObject({
    from: address.optional(),
    to: address,
    gas: quantity.optional(),
    gasPrice: quantity.optional(),
    maxFeePerGas: quantity.optional(),
    maxPriorityFeePerGas: quantity.optional(),
    value: quantity.optional(),
    data: callData.optional(),
    input: callData.optional(),
    type: quantity.optional(),
    chainId: quantity.optional(),
  })
  .transform(({ gas, ...call }) => ({ ...call, gas: cappedGas(gas) }))

function cappedGas(asked: string | undefined): string {
  const cap = BigInt(doorLimits.callGas)
  const gas = asked === undefined ? cap : BigInt(asked)
  return `0x${(gas < cap ? gas : cap).toString(16)}`
}

const topic = z.union([z.null(), hash, z.array(hash).max(doorLimits.topicAlternatives)])
const logFilter = z.union([
  z.strictObject({ blockHash: hash, address: logAddress(), topics: z.array(topic).max(4).optional() }),
  z.strictObject({ fromBlock: block, toBlock: block, address: logAddress(), topics: z.array(topic).max(4).optional() }),
])
export type LogFilter = z.infer<typeof logFilter>

function logAddress() {
  return z.union([address, z.array(address).max(doorLimits.logAddresses)]).optional()
}

const none = z.tuple([])

export const doorMethods = {
  eth_chainId: none,
  net_version: none,
  web3_clientVersion: none,
  eth_blockNumber: none,
  eth_getBlockByNumber: z.tuple([z.union([blockTag, blockNumber]), z.boolean().default(false)]),
  eth_getBlockByHash: z.tuple([hash, z.boolean().default(false)]),
  eth_getTransactionByHash: z.tuple([hash]),
  eth_getTransactionReceipt: z.tuple([hash]),
  eth_getLogs: z.tuple([logFilter]),
  eth_call: z.tuple([callObject, block]),
  eth_getCode: z.tuple([address, block]),
  eth_getBalance: z.tuple([address, block]),
  eth_getTransactionCount: z.tuple([address, block]),
  eth_getStorageAt: z.tuple([address, slot, block]),
} as const satisfies Record<string, z.ZodType<readonly unknown[]>>

export type DoorMethod = keyof typeof doorMethods

export function isDoorMethod(method: string): method is DoorMethod {
  return Object.hasOwn(doorMethods, method)
}
