import { Transaction, Wallet } from 'ethers'

/** What the writer wants done; `to` absent = deploys `data`. */
export interface UnsignedCall {
  to?: string
  data: string
  gasLimit: bigint
}

export interface SignedTransaction {
  nonce: number
  raw: Uint8Array
  /** 0x… transaction hash, known before anything is broadcast. */
  hash: string
}

/** Far above any base fee of a private chain: the writer is funded at genesis and gas has no price there but must be covered. Wei. */
const MAX_FEE_PER_GAS_WEI = 1_000_000_000_000n

/** The account that writes a chain's contracts. Signing is pure: the same nonce and call give the same bytes (RFC 6979). */
export class WriterWallet {
  private readonly wallet: Wallet

  constructor(privateKey: string, private readonly eip155: number) {
    this.wallet = new Wallet(privateKey)
  }

  get address(): string {
    return this.wallet.address
  }

  sign(nonce: number, call: UnsignedCall): SignedTransaction {
    const transaction = Transaction.from({
      type: 2,
      chainId: this.eip155,
      nonce,
      to: call.to ?? null,
      data: call.data,
      gasLimit: call.gasLimit,
      maxFeePerGas: MAX_FEE_PER_GAS_WEI,
      maxPriorityFeePerGas: 0n,
    })
    transaction.signature = this.wallet.signingKey.sign(transaction.unsignedHash)
    return { nonce, raw: Buffer.from(transaction.serialized.slice(2), 'hex'), hash: transaction.hash ?? '' }
  }
}
