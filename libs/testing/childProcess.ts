import { AsyncLocalStorage } from 'node:async_hooks'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { OutputTail } from './outputTail.ts'

export interface ChildOptions {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const wrappers = new AsyncLocalStorage<readonly string[]>()

/**
 * Every child process that `work` starts, however deep, begins with this command, such as one that enters a control group. For whoever starts a whole
 * deployment: an option handed down to each part would be forgotten in one.
 */
export function startingUnder<T>(wrapper: readonly string[], work: () => Promise<T>): Promise<T> {
  return wrappers.run(wrapper, work)
}

/** A process that this one has started. It does not outlive us, unless we are killed with SIGKILL. */
export class ChildProcess {
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Both streams, the last of it. */
  readonly output = new OutputTail()
  #exit: Exit | undefined
  readonly #child: ChildProcessByStdio<null, Readable, Readable>

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>, pid: number) {
    this.#child = child
    this.pid = pid
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => this.output.add(text))
    const killWithUs = (): void => void child.kill('SIGKILL')
    process.once('exit', killWithUs)
    this.exited = new Promise((resolve) => {
      // `close` comes after `exit`, once both streams have been read to their end.
      child.once('close', (code, signal) => {
        process.off('exit', killWithUs)
        this.#exit = { code, signal }
        resolve(this.#exit)
      })
    })
  }

  static async start({ command, cwd, env }: ChildOptions): Promise<ChildProcess> {
    const [program = command[0], ...args] = [...(wrappers.getStore() ?? []), ...command]
    // A group of its own: Ctrl-C in a terminal is for us, and we end it in order.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    if (child.pid === undefined) throw new Error(`${program} has no pid`)
    return new ChildProcess(child, child.pid)
  }

  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Sends the signal and waits for the end; SIGKILL follows at the limit. */
  async kill(signal: NodeJS.Signals, limitMs: number): Promise<Exit> {
    this.#child.kill(signal)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs)
    try {
      return await this.exited
    } finally {
      clearTimeout(timer)
    }
  }
}
