import type { ChildProcess } from 'node:child_process'
import type { EngineDescription, EngineHandle } from '../engine.ts'
import { EngineFailed } from '../engine.ts'
import type { EngineRecord } from '../engineRecord.ts'
import type { JsonRpc } from '../jsonRpc.ts'
import { JsonRpcSocket } from '../jsonRpcSocket.ts'

const leftoverPollMs = 200

/** A running ganache, started by this platform or found. */
export class GanacheHandle implements EngineHandle {
  readonly rpc: JsonRpc
  readonly pid: number
  readonly #record: EngineRecord
  readonly #adopted: boolean
  readonly #exited: Promise<string>

  private constructor(record: EngineRecord, adopted: boolean, exited: Promise<string>) {
    this.rpc = new JsonRpcSocket({ socketPath: record.socket })
    this.pid = record.pid
    this.#record = record
    this.#adopted = adopted
    this.#exited = exited
  }

  static ofChild(record: EngineRecord, child: ChildProcess): GanacheHandle {
    return new GanacheHandle(record, false, exitOfChild(child))
  }

  /** The kernel tells only a parent when a process ends, and a leftover's parent is gone: so it is looked at again and again. */
  static ofLeftover(record: EngineRecord, isAlive: () => boolean): GanacheHandle {
    return new GanacheHandle(record, true, exitOfLeftover(isAlive))
  }

  onExit(listener: (reason: string) => void): void {
    void this.#exited.then(listener)
  }

  async checkAlive(timeoutMs: number): Promise<void> {
    const rpc = new JsonRpcSocket({ socketPath: this.#record.socket, maxInFlight: 1 })
    try {
      const found = await rpc.call('eth_chainId', [], { timeoutMs })
      if (found !== `0x${this.#record.eip155.toString(16)}`) throw new EngineFailed(`the engine serves EIP-155 id ${String(found)}, not ${this.#record.eip155}`)
    } finally {
      rpc.close()
    }
  }

  describe(): EngineDescription {
    const { eip155, pid, socket, startedAt } = this.#record
    return { engine: 'ganache', eip155, pid, address: socket, startedAt, adopted: this.#adopted }
  }
}

function exitOfChild(child: ChildProcess): Promise<string> {
  const reason = (): string => `the engine ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(reason())
  return new Promise((resolve) => child.once('exit', () => resolve(reason())))
}

function exitOfLeftover(isAlive: () => boolean): Promise<string> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isAlive()) return
      clearInterval(timer)
      resolve('the engine has ended')
    }, leftoverPollMs).unref()
  })
}
