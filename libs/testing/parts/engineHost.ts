import { createSecretFile } from '@brume/config'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ChildProcess } from '../childProcess.ts'
import { endEngines, runningEngines } from '../engineLeftovers.ts'
import { repositoryRoot } from '../repositoryRoot.ts'
import { ProcessPart, untilReady } from './processPart.ts'

export interface EngineHostOptions {
  /** Of the host and its engines; the same one again takes up what was there. */
  readonly dataDir: string
  /** Default 0: any free one. */
  readonly port?: number
  /** On top of this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: the compiled host (see tools/prepare.mjs). Its flags are appended. */
  readonly command?: readonly [string, ...string[]]
}

const READY_LIMIT_MS = 30_000

/** The engine host, and with it the engines that it runs. Killed with SIGKILL it leaves them, as a crash does. */
export class EngineHost extends ProcessPart {
  readonly url: string
  readonly dataDir: string
  /** For ENGINE_TOKEN_FILE. Made at first start. */
  readonly tokenFile: string
  readonly token: string

  private constructor(process: ChildProcess, dataDir: string, tokenFile: string, token: string) {
    super(process)
    this.dataDir = dataDir
    this.tokenFile = tokenFile
    this.token = token
    this.url = readyUrl(process) ?? ''
  }

  /** Returns once it takes orders. */
  static async start({ dataDir, port = 0, env = {}, command = compiledHost() }: EngineHostOptions): Promise<EngineHost> {
    const tokenFile = join(dataDir, 'token')
    const token = Buffer.from(createSecretFile(tokenFile, () => Buffer.from(randomBytes(32).toString('base64url')))).toString()
    const flags = ['--data', dataDir, '--port', String(port), '--token-file', tokenFile]
    // A forgotten engine ends itself soon: a test that is killed cannot clean up.
    const environment = { ...process.env, BRUME_ENGINE_LEASE_MS: '120000', ...env }
    const child = await ChildProcess.start({ command: [...command, ...flags], cwd: repositoryRoot(), env: environment })
    await untilReady('the engine host', child, () => readyUrl(child) !== undefined, READY_LIMIT_MS)
    return new EngineHost(child, dataDir, tokenFile, token)
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Process ids of the engines that run now. */
  get engines(): number[] {
    return runningEngines(this.dataDir)
  }

  /** Ends host and engines, also those that a killed host has left. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]()
    await endEngines(this.dataDir)
  }
}

function compiledHost(): [string, ...string[]] {
  return [process.execPath, join(repositoryRoot(), 'services/ledger/dist/engines/host/main.js')]
}

/** It is ready only with a URL, so `url` is never empty. */
function readyUrl(child: ChildProcess): string | undefined {
  return /^ready (\S+)$/m.exec(child.output.text)?.[1]
}
