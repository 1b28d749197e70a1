import type { Exit } from '@brume/testing'

/** What every part of a site is: a process that can be ended, killed as a crash would, and held still. */
export interface Part extends AsyncDisposable {
  readonly pid: number
  /** Undefined while it runs. */
  readonly exit: Exit | undefined
  readonly exited: Promise<Exit>
  /** The last of what it wrote. */
  readonly output: string
  kill(signal: NodeJS.Signals): Promise<Exit>
  pause(): void
  resume(): void
}

/** Hears what becomes of the parts. */
export interface SiteListener {
  /** A line for people. */
  progress(line: string): void
  /** A part has ended that nobody told to. */
  gone(part: string, exit: Exit, output: string): void
}

/** A place where one part runs: its name, folder and port stay; the process in it comes and goes. */
export class Place<P extends Part, Wishes extends readonly unknown[] = []> implements AsyncDisposable {
  readonly name: string
  readonly #begin: (...wishes: Wishes) => Promise<P>
  readonly #listener: SiteListener
  #part: P | undefined
  readonly #toldToEnd = new WeakSet<P>()

  constructor(name: string, begin: (...wishes: Wishes) => Promise<P>, listener: SiteListener) {
    this.name = name
    this.#begin = begin
    this.#listener = listener
  }

  get runs(): boolean {
    return this.#part !== undefined && this.#part.exit === undefined
  }

  /** The one that runs here, or ran here last. */
  get part(): P {
    if (this.#part === undefined) throw new Error(`${this.name} has not been started`)
    return this.#part
  }

  /** Returns once it is ready. An error names the part. */
  async start(...wishes: Wishes): Promise<P> {
    if (this.runs) throw new Error(`${this.name} runs already`)
    const part = await this.#timed('ready', () => this.#begin(...wishes))
    this.#part = part
    void part.exited.then((exit) => this.#toldToEnd.has(part) || this.#listener.gone(this.name, exit, part.output))
    return part
  }

  /** Gracefully, with what a part that has ended by itself left behind. */
  async stop(): Promise<void> {
    const part = this.#part
    if (part === undefined) return
    this.#toldToEnd.add(part)
    await (this.runs ? this.#timed('stopped', async () => part[Symbol.asyncDispose]()) : part[Symbol.asyncDispose]())
  }

  /** As a crash would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.#toldToEnd.add(this.part)
    return this.part.kill(signal)
  }

  async restart(...wishes: Wishes): Promise<P> {
    await this.stop()
    return this.start(...wishes)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #timed<T>(state: string, work: () => Promise<T>): Promise<T> {
    const startMs = performance.now()
    try {
      const done = await work()
      this.#listener.progress(`${this.name.padEnd(12)} ${state.padEnd(7)} after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`)
      return done
    } catch (error) {
      throw new Error(`${this.name} is not ${state}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
}
