import type { Part, Place } from '@brume/cloud'
import { pause } from '../../traffic.ts'
import type { Evidence } from '../fault.ts'
import { isGone } from './processState.ts'

/** What a supervisor takes to start a part again, ms. */
const DOWN_MS = 1_000

/** As a crash would: kill -9, and after a moment started again with what it left behind. */
export async function killAndRestart<P extends Part>(place: Place<P>, mending: AsyncDisposableStack): Promise<Evidence> {
  const { pid } = place.part
  mending.defer(() => startAgain(place))
  const { signal } = await place.kill('SIGKILL')
  if (signal !== 'SIGKILL' || !isGone(pid)) throw new Error(`${place.name} (pid ${pid}) did not die of SIGKILL: ${signal}`)
  await pause(DOWN_MS)
  await place.start()
  return `${place.name}: pid ${pid} ended by ${signal}, pid ${place.part.pid} took its place`
}

export async function startAgain<P extends Part>(place: Place<P>): Promise<void> {
  if (!place.runs) await place.start()
}
