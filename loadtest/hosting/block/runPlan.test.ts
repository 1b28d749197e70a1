import { describe, expect, it } from 'vitest'
import type { Block } from '../model/index.ts'
import { blocksOf } from '../plan/blocksOf.ts'
import { samplePlan } from '../plan/plan.fixture.ts'
import { Progress } from '../progress.ts'
import { runPlan, type PlanOutcome } from './runPlan.ts'

const blocks = blocksOf(samplePlan()).slice(0, 4)
const ids = blocks.map(({ id }) => id)

/** Every block takes 10 s; `measure` says what becomes of it. */
function run(measure: (block: Block) => void, signal = new AbortController().signal): Promise<PlanOutcome & { lines: string[]; kept: string[]; told: unknown[] }> {
  const [lines, kept, told] = [new Array<string>(), new Array<string>(), new Array<unknown>()]
  let ms = 0
  const outcome = runPlan<string>({
    blocks, signal,
    nowMs: () => (ms += 5_000),
    progress: new Progress(new Map(ids.map((id) => [id, 20])), (line) => lines.push(line)),
    measure: async (block) => {
      measure(block)
      return block.id
    },
    keep: async (id) => void kept.push(id),
    broken: (_, error) => void told.push(error),
  })
  return outcome.then((how) => ({ ...how, lines, kept, told }))
}

describe('a run of a plan', () => {
  it('keeps every block', async () => {
    expect(await run(() => undefined)).toMatchObject({ finished: ids, kept: ids, failed: [], interrupted: false })
  })

  it('goes on after a block that broke, tries it once more at the end, and then leaves it out', async () => {
    const why = new Error('no')
    const { finished, kept, failed, told } = await run(({ id }) => {
      if (id === ids[1]) throw why
    })
    expect({ finished, failed, told }).toEqual({ finished: ids.toSpliced(1, 1), failed: [ids[1]], told: [why, why] })
    expect(kept).toEqual(finished)
  })

  it('keeps a block that breaks once only', async () => {
    let broken = 0
    const { finished, failed, lines } = await run(({ id }) => {
      if (id === ids[1] && broken++ === 0) throw new Error('busy')
    })
    expect({ finished, failed }).toEqual({ finished: [...ids.toSpliced(1, 1), ids[1]], failed: [] })
    expect(lines.filter((line) => line.startsWith('[')).at(-1)).toBe(`[once more] ${ids[1]} … 0 s left`)
  })

  it('ends at an interruption with what was finished, and does not call the rest broken', async () => {
    const asked = new AbortController()
    const { finished, failed, told, interrupted } = await run(({ id }) => {
      if (id !== ids[2]) return
      asked.abort()
      throw new Error('its process is gone')
    }, asked.signal)
    expect({ finished, failed, told, interrupted }).toEqual({ finished: ids.slice(0, 2), failed: [], told: [], interrupted: true })
  })

  it('says the time that is left by what the blocks so far took', async () => {
    const { lines } = await run(() => undefined)
    const begins = lines.filter((line) => line.startsWith('['))
    expect(begins).toEqual([`[1/4] ${ids[0]} … 80 s left`, `[2/4] ${ids[1]} … 15 s left`, `[3/4] ${ids[2]} … 10 s left`, `[4/4] ${ids[3]} … 5 s left`])
  })
})
