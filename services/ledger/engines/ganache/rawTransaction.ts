import { RLP } from '@ethereumjs/rlp'
import { RpcError } from '../jsonRpc.ts'

/** A signed transaction as it came: `0x` hexadecimal of EIP-2718. */
export interface RawTransaction {
  readonly hex: string
  readonly nonce: bigint
}

/** Reads no more than the nonce; ganache checks the rest. @throws RpcError -32602 */
export function readRawTransaction(raw: unknown): RawTransaction {
  if (typeof raw !== 'string' || !/^0x(?:[0-9a-f]{2})+$/i.test(raw)) throw new RpcError(-32602, 'a raw transaction is bytes of 0x hexadecimal')
  const nonce = nonceField(raw)
  if (!(nonce instanceof Uint8Array) || nonce.length > 8) throw new RpcError(-32602, 'the raw transaction cannot be decoded')
  return { hex: raw, nonce: BigInt(`0x0${Buffer.from(nonce).toString('hex')}`) }
}

/** Legacy: rlp([nonce, …]). Typed (EIP-2930, EIP-1559): type ‖ rlp([chainId, nonce, …]). */
function nonceField(hex: string): unknown {
  const bytes = Buffer.from(hex.slice(2), 'hex')
  const isTyped = (bytes[0] ?? 0) <= 0x7f
  try {
    const fields = RLP.decode(isTyped ? bytes.subarray(1) : bytes)
    return Array.isArray(fields) ? fields[isTyped ? 1 : 0] : undefined
  } catch {
    return undefined
  }
}

/** Costs a millisecond and ethers' transaction code, so it is loaded and asked only where it must be. */
export async function senderOf({ hex }: RawTransaction): Promise<string> {
  const { Transaction } = await import('ethers/transaction')
  const { from } = parsed(() => Transaction.from(hex))
  if (from === null) throw new RpcError(-32602, 'the raw transaction is not signed')
  return from
}

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new RpcError(-32602, 'the raw transaction cannot be decoded')
  }
}
