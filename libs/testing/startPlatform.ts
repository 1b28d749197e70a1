import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChildProcess, type Exit } from './childProcess.ts'
import { endEngines } from './engineLeftovers.ts'
import { repositoryRoot } from './repositoryRoot.ts'
import { waitUntil } from './waitUntil.ts'

export interface PlatformOptions {
  /** Folder of the platform; the same one again restarts what was there. */
  readonly data: string
  /** Default 0: any free one. */
  readonly port?: number
  /** More flags, such as `['--services', 'auth']`. */
  readonly args?: readonly string[]
  /** On top of this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: `startCommand()`. `--data` and `--port` are appended, with `args`. */
  readonly command?: readonly [string, ...string[]]
  /** Until `ready URL`, ms (default 60 s). */
  readonly readyLimitMs?: number
}

/** Until a graceful end, ms; then SIGKILL. */
const STOP_LIMIT_MS = 20_000
const TOKEN_LIMIT_MS = 10_000

/** A platform in a process of its own, which has said that it is ready. */
export class RunningPlatform implements AsyncDisposable {
  readonly url: string
  readonly data: string
  readonly #process: ChildProcess

  constructor(url: string, data: string, process: ChildProcess) {
    this.url = url
    this.data = data
    this.#process = process
  }

  get pid(): number {
    return this.#process.pid
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#process.exit
  }

  get exited(): Promise<Exit> {
    return this.#process.exited
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#process.output.text
  }

  /** Of `<data>/operator.token`; a token from the environment stands in no file. */
  operatorToken(): Promise<string> {
    return tokenIn(join(this.data, 'operator.token'))
  }

  /** Of the first tenant. */
  tenantToken(): Promise<string> {
    return tokenIn(join(this.data, 'tenant.token'))
  }

  /** For crash tests: engines are left as a crash leaves them, and the next start finds them. */
  kill(signal: NodeJS.Signals): Promise<Exit> {
    return this.#process.kill(signal, STOP_LIMIT_MS)
  }

  /** SIGSTOP: its connections stay open, and nobody answers. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  /** Graceful, then by force; leaves no engine behind. */
  async stop(): Promise<Exit> {
    if (this.exit === undefined) this.resume() // one that is held still hears no SIGTERM
    const exit = this.exit ?? (await this.#process.kill('SIGTERM', STOP_LIMIT_MS))
    await endEngines(this.data)
    return exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Starts the compiled platform (see tools/prepare.mjs) and returns once it is ready. Whatever goes wrong before, nothing is left running. */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { data, port = 0, args = [], env = {}, readyLimitMs = 60_000 } = options
  const root = repositoryRoot()
  const start = startCommand()
  const [program, ...first] = options.command ?? start.command
  // A forgotten engine ends itself soon: a test that is killed cannot clean up.
  const environment = { ...process.env, BRUME_ENGINE_LEASE_MS: '120000', ...start.env, ...env }
  const child = await ChildProcess.start({ command: [program, ...first, '--data', data, '--port', String(port), ...args], cwd: root, env: environment })
  try {
    return new RunningPlatform(await readyUrl(child, readyLimitMs), data, child)
  } catch (error) {
    await child.kill('SIGKILL', STOP_LIMIT_MS)
    await endEngines(data)
    throw error
  }
}

/**
 * What `npm start` runs once everything is built: Node with the flags and the environment that stand there. A fog node spares memory; a replica of the cloud
 * (`start:replica`) spares CPU, of which a fifth went to collecting garbage.
 */
export function startCommand(script: 'start' | 'start:replica' = 'start'): { command: [string, ...string[]]; env: Record<string, string> } {
  const root = repositoryRoot()
  const { scripts }: { scripts: Record<'start' | 'start:replica', string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, assignments = '', flags = ''] = /&& ((?:\w+=\S+ )*)exec node (.*)services\/dist\/main\.js/.exec(scripts[script]) ?? []
  const env = Object.fromEntries(words(assignments).map((assignment) => assignment.split('=', 2)))
  return { command: [process.execPath, ...words(flags), join(root, 'services/dist/main.js')], env }
}

function words(text: string): string[] {
  return text.split(' ').filter(Boolean)
}

function readyUrl(child: ChildProcess, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const watch = child.output.watch(/^ready (\S+)$/m, ([, url = '']) => settle(() => resolve(url)))
    const timer = setTimeout(() => settle(() => reject(failed(`not ready within ${limitMs / 1_000} s`))), limitMs)
    const settle = (how: () => void): void => {
      clearTimeout(timer)
      watch?.stop()
      how()
    }
    const failed = (why: string) => new Error(`the platform is ${why}. It wrote:\n${child.output.text}`)
    void child.exited.then(({ code, signal }) => settle(() => reject(failed(`gone before it was ready (${signal ?? `exit ${code}`})`))))
  })
}

/** The file is there a moment after the first start is ready. */
function tokenIn(path: string): Promise<string> {
  return waitUntil(path, () => readFileSync(path, 'utf8').trim() || undefined, { limitMs: TOKEN_LIMIT_MS })
}
