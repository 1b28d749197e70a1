import type { Measurement } from '../measurement.ts'
import { atMost, reported } from '../row.ts'
import { FogSite } from '../site/fogSite.ts'

const ROUNDS = 3
const NPM_START: readonly [string, ...string[]] = ['npm', 'start', '--']

/** From the start of the command `npm start` to its line `ready URL`, once built: on an empty folder, and again on a folder with one chain. */
export const startup: Measurement = {
  name: 'startup',
  what: 'npm start until ready',
  async measure({ folder, quick, progress }) {
    await startTwice(folder) // brings the build up to date, and the files into the system's cache
    const [first, again] = [new Array<number>(), new Array<number>()]
    for (let i = 0; i < (quick ? 1 : ROUNDS); i++) {
      const { firstMs, againMs } = await startTwice(folder)
      progress(`first start ${Math.round(firstMs)} ms, again ${Math.round(againMs)} ms`)
      first.push(firstMs / 1_000)
      again.push(againMs / 1_000)
    }
    return [
      atMost(5, { name: 'npm start until ready, empty folder', value: first, unit: 's' }),
      reported({ name: 'npm start until ready, folder with one chain', value: again, unit: 's' }),
    ]
  },
}

async function startTwice(folder: string): Promise<{ firstMs: number; againMs: number }> {
  await using first = await FogSite.start(folder, { command: NPM_START })
  await first.chain()
  await first.stop()
  await using again = await FogSite.start(folder, { command: NPM_START, data: first.platform.data })
  return { firstMs: first.startMs, againMs: again.startMs }
}
