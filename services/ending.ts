import type { LoggerService } from '@nestjs/common'

export interface EndingStep {
  readonly name: string
  readonly work: () => Promise<void>
}

/** The way to the end of a process, step by step. Whoever cuts it knows where it stood. */
export class Ending {
  #now: string | undefined
  #run: Promise<void> | undefined

  constructor(private readonly steps: readonly EndingStep[], private readonly logger: Pick<LoggerService, 'error'>) {}

  /** The step that runs. */
  get now(): string | undefined {
    return this.#now
  }

  /** Once, however often it is called. A step that fails does not keep the later ones from closing what is theirs; the first failure is thrown. */
  run(): Promise<void> {
    this.#run ??= this.#runSteps()
    return this.#run
  }

  async #runSteps(): Promise<void> {
    const failures: unknown[] = []
    for (const { name, work } of this.steps) {
      this.#now = name
      await work().catch((error: unknown) => {
        this.logger.error({ msg: `${name}: failed`, error })
        failures.push(error)
      })
    }
    this.#now = undefined
    if (failures.length > 0) throw failures[0]
  }
}
