import { BrowserProvider, Contract, ContractFactory, isCallException } from 'ethers'
import type { JsonRpcSigner, TransactionReceipt } from 'ethers'
import ganache from 'ganache'
import type { ContractArtifact } from './index.ts'

export interface TestChain {
  writer: JsonRpcSigner
  stranger: JsonRpcSigner
  stop(): Promise<void>
}

/** A real chain in this process: ganache, shanghai, one block for each transaction. */
export async function startGanache(): Promise<TestChain> {
  const engine = ganache.provider({ logging: { quiet: true }, chain: { hardfork: 'shanghai' }, wallet: { deterministic: true, totalAccounts: 2 } })
  // cacheTimeout -1: two equal calls in one tick must both reach the engine.
  const provider = new BrowserProvider(engine, undefined, { cacheTimeout: -1, pollingInterval: 20 })
  const [writer, stranger] = [await provider.getSigner(0), await provider.getSigner(1)]
  const stop = async () => {
    provider.destroy()
    await engine.disconnect()
  }
  return { writer, stranger, stop }
}

export async function deploy(artifact: ContractArtifact, signer: JsonRpcSigner): Promise<Contract> {
  const deployed = await new ContractFactory(artifact.abi, artifact.bytecode, signer).deploy()
  await deployed.waitForDeployment()
  return new Contract(await deployed.getAddress(), artifact.abi, signer)
}

export function as(contract: Contract, signer: JsonRpcSigner): Contract {
  return new Contract(contract, contract.interface, signer)
}

/** Sends the call and waits until it is in a block that did not revert it. */
export async function send(contract: Contract, method: string, ...args: unknown[]): Promise<TransactionReceipt> {
  const transaction = await contract.getFunction(method).send(...args)
  const receipt = await transaction.wait()
  if (receipt === null) throw new Error('a wait for one confirmation always gives a receipt')
  return receipt
}

/** `Name(argument,…)` of the custom error with which the call reverts. */
export async function revertOf(contract: Contract, method: string, ...args: unknown[]): Promise<string> {
  try {
    await contract.getFunction(method).staticCall(...args)
  } catch (error) {
    if (!isCallException(error) || !error.revert) throw error
    return `${error.revert.name}(${error.revert.args.join(',')})`
  }
  throw new Error(`${method} did not revert`)
}

/** The events of a receipt as `[name, ...arguments]`. */
export function eventsOf(contract: Contract, receipt: TransactionReceipt): unknown[][] {
  const events = receipt.logs.map((log) => contract.interface.parseLog(log))
  return events.map((event) => (event === null ? ['unknown'] : [event.name, ...event.args]))
}
