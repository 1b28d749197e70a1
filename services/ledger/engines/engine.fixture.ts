import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { uuidv7Ids } from '@brume/config'
import { Wallet } from 'ethers'
import type { EngineSpec } from './engine.ts'
import type { GanacheEngineOptions } from './ganache/ganacheEngine.ts'
import { GanacheEngine } from './ganache/ganacheEngine.ts'
import type { JsonRpc } from './jsonRpc.ts'
import { processIdentity } from './processIdentity.ts'

const newId = uuidv7Ids()

/** A place for the engines of one test. `clear` ends every process that was started there and deletes the place. */
export class EngineYard {
  readonly #place = mkdtempSync(join(tmpdir(), 'brume-engines-'))
  readonly #specs: EngineSpec[] = []
  /** The ledger's writer: its key is here, never in the engine. */
  readonly writer = Wallet.createRandom()

  engine(options: GanacheEngineOptions = {}): GanacheEngine {
    return new GanacheEngine({ leaseMs: 120_000, ...options })
  }

  spec(changes: Partial<EngineSpec> = {}): EngineSpec {
    const chainId = newId()
    const eip155 = 1_000_000_000 + this.#specs.length
    const spec: EngineSpec = { chainId, eip155, dataDir: join(this.#place, chainId), fundedAddress: this.writer.address, hardfork: 'shanghai', ...changes }
    this.#specs.push(spec)
    return spec
  }

  async clear(): Promise<void> {
    const engine = this.engine({ stopGraceMs: 1_000 })
    for (const spec of this.#specs) await engine.destroy(spec)
    rmSync(this.#place, { recursive: true, force: true })
  }
}

export function isRunning(pid: number): boolean {
  return processIdentity(pid) !== undefined
}

/** Waits for the condition, not for a time. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${condition.toString()}`)
    await delay(10)
  }
}

/** Signed transfers of 1 wei, as the ledger's writer signs its transactions. */
export async function signedTransfers(writer: { signTransaction(transaction: object): Promise<string> }, eip155: number, nonces: readonly number[]): Promise<string[]> {
  const to = '0x00000000000000000000000000000000000000bb'
  return Promise.all(nonces.map((nonce) => writer.signTransaction({ type: 2, chainId: eip155, nonce, to, value: 1, gasLimit: 21_000, maxFeePerGas: 2_000_000_000, maxPriorityFeePerGas: 0 })))
}

export function sendAll(rpc: JsonRpc, raw: readonly string[]): Promise<unknown[]> {
  return Promise.all(raw.map((one) => rpc.call('eth_sendRawTransaction', [one])))
}

/** Inodes of this process's TCP sockets, listening or not (proc(5)). Linux only. */
export function tcpSocketsOf(pid: number): string[] {
  const tcp = new Set(['tcp', 'tcp6'].flatMap((table) => inodesOf(`/proc/${pid}/net/${table}`)))
  const descriptors = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
  return descriptors.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []).filter((inode) => tcp.has(inode))
}

function inodesOf(table: string): string[] {
  if (!existsSync(table)) return []
  const rows = readFileSync(table, 'utf8').trim().split('\n').slice(1)
  return rows.map((row) => row.trim().split(/\s+/)[9] ?? '')
}
