import type { ChildProcess, Exit } from '../childProcess.ts'
import { waitUntil } from '../waitUntil.ts'

/** Until a graceful end, ms; then SIGKILL. */
const STOP_LIMIT_MS = 20_000

/** A real program that stands beside the platform. It can be ended, killed as a crash would, and held still as an overloaded machine would. */
export abstract class ProcessPart implements AsyncDisposable {
  protected readonly process: ChildProcess

  protected constructor(process: ChildProcess) {
    this.process = process
  }

  get pid(): number {
    return this.process.pid
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.process.exit
  }

  get exited(): Promise<Exit> {
    return this.process.exited
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.process.output.text
  }

  /** Sends the signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Exit> {
    return this.exit ?? this.process.kill(signal, STOP_LIMIT_MS)
  }

  /** SIGSTOP: its connections stay open, and nobody answers. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.exit !== undefined) return
    this.resume()
    await this.kill('SIGTERM')
  }
}

/** Waits until the program answers. If it ends before, or takes too long, it is killed and the error has what it wrote. */
export async function untilReady(name: string, child: ChildProcess, answers: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const gone = (): boolean => child.exit !== undefined
  try {
    await waitUntil(`${name} is ready`, async () => gone() || (await answers()), { limitMs })
    if (gone()) throw new Error(`${name} ended before it was ready`)
  } catch (error) {
    if (!gone()) await child.kill('SIGKILL', STOP_LIMIT_MS)
    throw new Error(`${name} did not start. It wrote:\n${child.output.text.slice(-4_000)}`, { cause: error })
  }
}
