import { ReadingRecord } from '@brume/contracts'
import { generateDeviceKey } from '@brume/envelope'
import { ledgerKey } from '@brume/evm'
import { GanacheEngine, type EngineHandle, type EngineSpec, type JsonRpc } from '@brume/ledger/engines'
import { ReadingPool, samplePayload } from '@brume/testing'
import { getCreateAddress, hexlify, Interface, Transaction, Wallet } from 'ethers'
import { randomInt } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { PAYLOAD_BYTES } from './benchSite.ts'

const LEASE_MS = 120_000
const MAX_FEE_PER_GAS_WEI = 1_000_000_000_000n
const GAS_LIMIT = 3_000_000
const abi = new Interface(ReadingRecord.abi)
const ledger = hexlify(ledgerKey('bench.local/raw'))

/** An engine of the same kind and settings as a chain's, with nothing of Brume in front of it: what the chain itself can do. */
export class RawEngine implements AsyncDisposable {
  readonly rpc: JsonRpc
  readonly #engine: GanacheEngine
  readonly #spec: EngineSpec
  readonly #wallet: Wallet
  readonly #contract: string
  #nonce = 0

  private constructor(engine: GanacheEngine, spec: EngineSpec, handle: EngineHandle, wallet: Wallet) {
    this.rpc = handle.rpc
    this.#engine = engine
    this.#spec = spec
    this.#wallet = wallet
    this.#contract = getCreateAddress({ from: wallet.address, nonce: 0 })
  }

  /** Started, with the contract of direct chains deployed and a ledger opened. */
  static async start(folder: string): Promise<RawEngine> {
    const wallet = new Wallet(Wallet.createRandom().privateKey)
    const chainId = uuidv7()
    const spec: EngineSpec = { chainId, eip155: randomInt(100_000, 2 ** 31), dataDir: join(folder, `engine-${chainId}`), fundedAddress: wallet.address, hardfork: 'shanghai' }
    const engine = new GanacheEngine({ leaseMs: LEASE_MS })
    const raw = new RawEngine(engine, spec, await engine.start(spec), wallet)
    await raw.send([raw.#sign(null, ReadingRecord.bytecode), raw.#sign(raw.#contract, abi.encodeFunctionData('open', [ledger]))])
    return raw
  }

  /** Signed transactions that record readings, as a direct chain's writer makes them; to be sent once, in this order. */
  async signRecords(count: number): Promise<string[]> {
    const { privateJwk } = await generateDeviceKey('EdDSA')
    const readings = new ReadingPool({ chain: uuidv7(), device: uuidv7(), privateJwk }).take(count, (at) => samplePayload(at, PAYLOAD_BYTES), 1)
    return readings.map(({ envelope }, index) => this.#sign(this.#contract, abi.encodeFunctionData('record', [ledger, index, Buffer.from(envelope, 'latin1')])))
  }

  /** One call each, as many under way as the connection allows. Returns once all are in blocks. */
  async send(raw: readonly string[]): Promise<void> {
    await Promise.all(raw.map((one) => this.rpc.call('eth_sendRawTransaction', [one])))
  }

  /** JSON-RPC batches of `size`, `inFlight` under way. Returns once all are in blocks. */
  async sendBatches(raw: readonly string[], size: number, inFlight: number): Promise<void> {
    let next = 0
    const work = async (): Promise<void> => {
      for (let at = next; at < raw.length; at = next) {
        next += size
        const outcomes = await this.rpc.batch(raw.slice(at, at + size).map((one) => ({ method: 'eth_sendRawTransaction', params: [one] })))
        for (const outcome of outcomes) if (!outcome.ok) throw outcome.error
      }
    }
    await Promise.all(Array.from({ length: inFlight }, work))
  }

  /** How many readings the contract has. */
  async recorded(): Promise<number> {
    const data = await this.rpc.call('eth_call', [{ to: this.#contract, data: abi.encodeFunctionData('latest', [ledger]) }, 'latest'])
    return Number(abi.decodeFunctionResult('latest', String(data))[1])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rpc.close()
    await this.#engine.destroy(this.#spec)
    rmSync(this.#spec.dataDir, { recursive: true, force: true })
  }

  /** The fields of the ledger's own writer. */
  #sign(to: string | null, data: string): string {
    const transaction = Transaction.from({ type: 2, chainId: this.#spec.eip155, nonce: this.#nonce++, to, data, gasLimit: GAS_LIMIT, maxFeePerGas: MAX_FEE_PER_GAS_WEI, maxPriorityFeePerGas: 0n })
    transaction.signature = this.#wallet.signingKey.sign(transaction.unsignedHash)
    return transaction.serialized
  }
}
