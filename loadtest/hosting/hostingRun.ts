import { Toxiproxy, TemporaryFolder } from '@brume/testing'
import { runBlock, type BlockMeasured } from './block/runBlock.ts'
import type { BlockBench } from './block/blockBench.ts'
import { runPlan, type PlanOutcome } from './block/runPlan.ts'
import type { AskedRun } from './askedRun.ts'
import { openLimits } from './limits/index.ts'
import { machineFacts } from './machine/index.ts'
import { measuringPrograms } from './measuringPrograms.ts'
import { SpanCollector } from './parts/index.ts'
import { estimatedS } from './plan/estimate.ts'
import { Progress } from './progress.ts'
import { RunFolder } from './results/index.ts'

export interface HostingRunOptions {
  readonly evenIfOther: boolean
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** Measures the blocks that the folder does not have yet. Programs and the folder are looked at before anything starts. */
export async function hostingRun({ plan, blocks, networks, folder }: AskedRun, { evenIfOther, signal, say }: HostingRunOptions): Promise<PlanOutcome> {
  const programs = await measuringPrograms(blocks)
  const results = RunFolder.open(folder, { plan, machine: machineFacts(programs), now: new Date().toISOString(), evenIfOther })
  const left = blocks.filter(({ id }) => !results.finished(id))
  const progress = new Progress(new Map(left.map((block) => [block.id, estimatedS(plan, block)])), say)
  await using bench = await startBench()
  const parts: BlockBench = { ...bench, plan, networks, signal, progress: (line) => progress.detail(line) }
  return await runPlan<BlockMeasured>({
    blocks: left, signal, progress,
    measure: (block) => runBlock(block, parts),
    keep: async ({ result, columns }) => results.write(result, columns),
    broken: ({ id }, error) => say(`${id} has failed:\n${inFull(error)}`),
    nowMs: () => performance.now(),
  })
}

/** This process and what it starts for the load share the load's CPUs. Everything is gone with it. */
async function startBench(): Promise<Pick<BlockBench, 'limits' | 'toxiproxy' | 'spans' | 'folder'> & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(new TemporaryFolder())
  const limits = stack.use(await openLimits())
  limits.load.enter(process.pid)
  const spans = stack.use(await SpanCollector.start())
  const toxiproxy = stack.use(await Toxiproxy.start())
  const all = stack.move()
  return { limits, toxiproxy, spans, folder: folder.path, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function inFull(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.stack ?? error.message : `${error.stack ?? error.message}\nbecause of ${inFull(error.cause)}`
}
