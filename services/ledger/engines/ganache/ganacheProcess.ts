/**
 * The engine's process: one ganache chain on a Unix socket, started by GanacheEngine and able to outlive it. Node runs this file as it
 * stands (types stripped), so it and what it imports keep to erasable syntax; nothing here imports zod or Nest, because every chain pays for
 * this process's memory.
 */
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Hardfork } from '../engine.ts'
import type { EngineRecord } from '../engineRecord.ts'
import { RpcError } from '../jsonRpc.ts'
import { processIdentity } from '../processIdentity.ts'
import { replaceDurably } from '@brume/config/durableFile'
import { BlockMaker } from './blockMaker.ts'
import { exitCodes } from './exitCodes.ts'
import { openChain } from './ganacheChain.ts'
import { jsonRpcServer } from './jsonRpcServer.ts'
import { Lease } from './lease.ts'
import { RefreshedChain } from './refreshedChain.ts'

const startLimitMs = 60_000
const closeLimitMs = 10_000
const defaultLeaseMs = 10 * 60_000

/** No `evm_`, `miner_`, `personal_`, `debug_`: they rewrite history or state, or make keys. Signing needs a key, and the engine has none. */
const servedMethod = /^(?:eth|net|web3)_(?!sign|subscribe|unsubscribe|submit)/

const text = { type: 'string', default: '' } as const
const { values: argument } = parseArgs({ options: { chain: text, eip155: text, hardfork: text, 'funded-address': text, 'data-dir': text, socket: text, record: text } })
const [eip155, socket, recordPath, dataDir] = [Number(argument.eip155), argument.socket, argument.record, argument['data-dir']]

async function main(): Promise<void> {
  const startLimit = setTimeout(() => fail(new Error(`not started within ${startLimitMs} ms`)), startLimitMs)
  // The platform chose the hardfork from the port's own list (GanacheEngine), so the argument is one of them.
  const genesis = { chainId: argument.chain, eip155, fundedAddress: argument['funded-address'], hardfork: argument.hardfork as Hardfork }
  await serve(await RefreshedChain.of(() => openChain(dataDir, genesis)))
  clearTimeout(startLimit)
}

/** The chain is open, so its lock is ours: a socket that is still there has no listener. */
async function serve(chain: RefreshedChain): Promise<void> {
  const lease = new Lease(Number(process.env.BRUME_ENGINE_LEASE_MS ?? defaultLeaseMs), () => void shutDown())
  const blocks = new BlockMaker(chain)
  const server = jsonRpcServer(async (method, params) => {
    lease.renew()
    if (!servedMethod.test(method)) throw new RpcError(-32601, `the method ${method} is not served`)
    if (method === 'eth_sendRawTransaction') return blocks.send(params[0])
    return chain.request(method, params)
  })
  const shutDown = async (): Promise<void> => {
    setTimeout(() => fail(new Error(`not closed within ${closeLimitMs} ms`)), closeLimitMs)
    server.close()
    server.closeIdleConnections()
    await chain.close()
    removeOwnRecord() // last, so that who stops the engine can find it until it is gone
    process.exit(exitCodes.ended)
  }
  rmSync(socket, { force: true })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  chmodSync(socket, 0o600)
  process.once('SIGTERM', () => void shutDown())
  process.once('SIGINT', () => void shutDown())
  replaceDurably(recordPath, JSON.stringify(ownRecord()))
}

function ownRecord(): EngineRecord {
  const identity = processIdentity(process.pid)
  if (identity === undefined) throw new Error('cannot read the start time of this process')
  return { pid: process.pid, processStart: identity.startTime, socket, startedAt: new Date().toISOString(), chainId: argument.chain, eip155 }
}

/** After a late SIGTERM the record may be a successor's. */
function removeOwnRecord(): void {
  try {
    const record: unknown = JSON.parse(readFileSync(recordPath, 'utf8'))
    if (typeof record === 'object' && record !== null && 'pid' in record && record.pid === process.pid) rmSync(recordPath)
  } catch {
    // gone already, with its volume
  }
}

/** Prints the stack alone: for an uncaught error node prints the source line too, and ganache's has 3.7 MB. */
function fail(error: unknown): never {
  console.error(error instanceof Error ? error.stack : error)
  console.error(String(error).split('\n')[0]) // the last line of the log is the reason that the platform shows
  process.exit(isLockedVolume(error) ? exitCodes.volumeInUse : exitCodes.failed)
}

function isLockedVolume(error: unknown): boolean {
  return error instanceof Error && error.name === 'OpenError' && /\bLOCK\b/.test(error.message)
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
await main()
