import { randomBytes } from 'node:crypto'
import type { EthereumProvider } from 'ganache'
import ganache from 'ganache'
import type { Genesis } from './ganacheVolume.ts'
import { blocksPath, ensureVolume, removeUnborn, volumeMismatch } from './ganacheVolume.ts'

type Wallet = { readonly totalAccounts: 0; readonly lock: true } | { readonly accounts: { secretKey: string; balance: string }[] }

/** 10²⁷ wei: a billion times what a block full of gas costs at ganache's default price. */
const supplyWei = 10n ** 27n
const transferGas = 21_000n
/** Above the base fee of block 1, 875,000,000 wei. */
const transferGasPriceWei = 2_000_000_000n

/** Opens the chain of this volume, or makes it. No key is in the engine: it lists no accounts and signs nothing. Blocks are made by BlockMaker. */
export async function openChain(dataDir: string, genesis: Genesis): Promise<EthereumProvider> {
  await ensureVolume(dataDir, genesis, (path) => makeBlocks(path, genesis))
  const mismatch = volumeMismatch(dataDir, genesis)
  if (mismatch !== undefined) throw new Error(mismatch)
  const provider = openDatabase(genesis, blocksPath(dataDir), { totalAccounts: 0, lock: true })
  await provider.request({ method: 'miner_stop', params: [] }) // answered only once the database is open
  removeUnborn(dataDir)
  return provider
}

/**
 * Ganache gives its supply to accounts whose keys it has. So a key made for this moment gets it and sends all of it to the funded address in
 * block 1; the key is forgotten with this provider. (`evm_setAccountBalance` would need no key, but makes a block whose state root follows from no transaction.)
 */
async function makeBlocks(path: string, genesis: Genesis): Promise<void> {
  const account = { secretKey: `0x${randomBytes(32).toString('hex')}`, balance: hex(supplyWei) }
  const provider = openDatabase(genesis, path, { accounts: [account] })
  const [from] = await provider.request({ method: 'eth_accounts', params: [] })
  const value = supplyWei - transferGas * transferGasPriceWei
  const transfer = { type: '0x0', from, to: genesis.fundedAddress, gas: hex(transferGas), gasPrice: hex(transferGasPriceWei), value: hex(value) }
  await provider.request({ method: 'eth_sendTransaction', params: [transfer] })
  const balance = await provider.request({ method: 'eth_getBalance', params: [genesis.fundedAddress, 'latest'] })
  if (BigInt(balance) !== value) throw new Error(`the funded address has ${balance} wei after the genesis transfer`)
  await provider.disconnect()
}

/**
 * `chain.time` is not set: it does not fix the genesis (the database does that), it puts back the clock of every later block.
 * See `initialize` in ganache's blockchain.ts.
 */
function openDatabase({ eip155, hardfork }: Genesis, dbPath: string, wallet: Wallet): EthereumProvider {
  return ganache.provider({
    chain: { chainId: eip155, networkId: eip155, hardfork },
    database: { dbPath },
    wallet,
    logging: { quiet: true },
    miner: { blockGasLimit: hex(30_000_000n), callGasLimit: hex(30_000_000n) },
  })
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}
