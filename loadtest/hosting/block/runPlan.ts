import type { Block } from '../model/index.ts'
import type { Progress } from '../progress.ts'

export interface PlanRun<Measured> {
  /** Those that are not finished yet, in their order. */
  readonly blocks: readonly Block[]
  /** Measures one on a fresh system, and leaves nothing of it behind, whatever happens. */
  measure(block: Block): Promise<Measured>
  /** A block is kept whole or not at all. */
  keep(measured: Measured): Promise<void>
  /** In full, for who looks into it. */
  broken(block: Block, error: unknown): void
  readonly progress: Progress
  readonly signal: AbortSignal
  /** A clock in ms. */
  readonly nowMs: () => number
}

export interface PlanOutcome {
  readonly finished: readonly string[]
  readonly failed: readonly string[]
  readonly interrupted: boolean
}

/**
 * One block after the other. One that breaks is told, and tried once more after the others: a machine that was busy for a moment must not cost a run of hours
 * a block. An interruption ends the one that runs, and keeps what was finished.
 */
export async function runPlan<Measured>(run: PlanRun<Measured>): Promise<PlanOutcome> {
  const first = await runEach(run, run.blocks)
  const again = await runEach(run, first.failed)
  return { finished: [...first.finished, ...again.finished].map(({ id }) => id), failed: again.failed.map(({ id }) => id), interrupted: run.signal.aborted }
}

async function runEach<Measured>(run: PlanRun<Measured>, blocks: readonly Block[]): Promise<Record<'finished' | 'failed', readonly Block[]>> {
  const [finished, failed] = [new Array<Block>(), new Array<Block>()]
  for (const block of blocks) {
    if (run.signal.aborted) break
    const how = await runOne(run, block)
    if (how !== 'interrupted') (how === 'finished' ? finished : failed).push(block)
  }
  return { finished, failed }
}

async function runOne<Measured>({ measure, keep, broken, progress, signal, nowMs }: PlanRun<Measured>, block: Block): Promise<'finished' | 'failed' | 'interrupted'> {
  const startMs = nowMs()
  progress.begin(block.id)
  try {
    await keep(await measure(block))
    return 'finished'
  } catch (error) {
    // What was interrupted breaks in many ways, and none of them says anything.
    if (signal.aborted) return 'interrupted'
    broken(block, error)
    return 'failed'
  } finally {
    progress.end(block.id, (nowMs() - startMs) / 1_000)
  }
}
