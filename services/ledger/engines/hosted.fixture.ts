import { uuidv7Ids } from '@brume/config'
import { EngineHost, TemporaryFolder } from '@brume/testing'
import { Wallet } from 'ethers'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EngineSpec } from './engine.ts'
import type { HostedUp } from './hostApi.ts'
import { enginePath } from './hostApi.ts'
import { HostedEngine } from './hosted/hostedEngine.ts'

const newId = uuidv7Ids()
const hostMain = fileURLToPath(new URL('./host/main.ts', import.meta.url))
const fromSources = [process.execPath, '--conditions=brume-source', '--disable-warning=ExperimentalWarning', hostMain] as const

export interface Answer {
  readonly status: number
  readonly text: string
}

/** An engine host in a process of its own, which can be killed and started again in its place. */
export class HostYard implements AsyncDisposable {
  readonly #folder = new TemporaryFolder()
  #host: EngineHost | undefined
  #specs = 0
  /** The ledger's writer: its key is here, never in the engine. */
  readonly writer = Wallet.createRandom()

  static async start(): Promise<HostYard> {
    const yard = new HostYard()
    await yard.startHost()
    return yard
  }

  get host(): EngineHost {
    if (this.#host === undefined) throw new Error('not started')
    return this.#host
  }

  /** The same port again, as a service's name stays. */
  async startHost(): Promise<void> {
    this.#host = await EngineHost.start({ dataDir: this.#folder.path, port: this.#host?.port ?? 0, command: fromSources })
  }

  spec(changes: Partial<EngineSpec> = {}): EngineSpec {
    const chainId = newId()
    return { chainId, eip155: 2_000_000_000 + this.#specs++, dataDir: this.volumeOf(chainId), fundedAddress: this.writer.address, hardfork: 'shanghai', ...changes }
  }

  volumeOf(chainId: string): string {
    return join(this.#folder.path, 'engines', chainId)
  }

  /** As a replica of the ledger has it. */
  engine(token = this.host.token): HostedEngine {
    return new HostedEngine({ url: this.host.url, token })
  }

  async ask(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer> {
    const given = { authorization: `Bearer ${this.host.token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }
    const answer = await fetch(this.host.url + path, { method, headers: given, ...(body !== undefined && { body }), signal: AbortSignal.timeout(30_000) })
    return { status: answer.status, text: await answer.text() }
  }

  order({ dataDir: _, ...order }: EngineSpec): Promise<Answer> {
    return this.ask('PUT', enginePath(order.chainId), JSON.stringify(order))
  }

  async up(spec: EngineSpec): Promise<HostedUp> {
    const { status, text } = await this.order(spec)
    if (status !== 200) throw new Error(`the order was answered with ${status}: ${text}`)
    return JSON.parse(text) // our own host wrote it
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}
