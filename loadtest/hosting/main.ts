import { hostingArguments, usage, type HostingArguments } from './arguments.ts'
import { askedRun, type AskedRun } from './askedRun.ts'
import type { PlanOutcome } from './block/runPlan.ts'
import { hostingRun } from './hostingRun.ts'
import { INTERRUPTED, interruption } from './interruption.ts'
import { ProgramsMissing } from './measuringPrograms.ts'
import { planText, summaryOf } from './plan/planText.ts'
import { writeReport } from './report/index.ts'
import { BadResults, readRun } from './results/index.ts'

/** Each part that runs listens for the end of this process, to end with it. */
const MOST_PARTS = 60
const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** 0 when every block was measured, 1 when one could not be, 2 for arguments and folders that make no sense, 130 when interrupted; what was finished is kept. */
async function main(): Promise<number> {
  const asked = readAsked()
  if (asked === undefined) return 2
  const { run, options } = asked
  if (options.printPlan) return printed(planText(run.plan, run.blocks))
  process.setMaxListeners(MOST_PARTS)
  return await measured(run, options)
}

function readAsked(): { run: AskedRun; options: HostingArguments } | undefined {
  try {
    const options = hostingArguments(process.argv.slice(2))
    return { run: askedRun(options), options }
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof BadResults)) throw error
    say(`${error.message}\n${usage}`)
    return undefined
  }
}

async function measured(run: AskedRun, { evenIfOther }: HostingArguments): Promise<number> {
  const signal = interruption()
  say(summaryOf(run.plan, run.blocks))
  try {
    return await reported(run, await hostingRun(run, { evenIfOther, signal, say }))
  } catch (error) {
    // Interrupted before the first block began: whatever broke by it says nothing.
    if (signal.aborted) return told(INTERRUPTED, 'interrupted: nothing is left running')
    if (error instanceof ProgramsMissing) return told(1, error.message)
    if (error instanceof BadResults) return told(2, error.message)
    throw error
  }
}

async function reported({ folder }: AskedRun, { finished, failed, interrupted }: PlanOutcome): Promise<number> {
  if (interrupted) return told(INTERRUPTED, `interrupted: ${finished.length} blocks were finished and kept, nothing is left running; --resume ${folder} goes on`)
  await writeReport(readRun(folder), folder)
  say(`results and report are in ${folder}`)
  return failed.length === 0 ? 0 : told(1, `${failed.length} blocks have failed: ${failed.join(', ')}; --resume ${folder} tries them again`)
}

function printed(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

function told(code: number, text: string): number {
  say(text)
  return code
}

process.exitCode = await main()
