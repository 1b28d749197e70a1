import type { Part } from '@brume/cloud'
import { waitUntil } from '@brume/testing'
import type { Evidence } from '../fault.ts'
import { processState } from './processState.ts'

/** SIGSTOP: its connections stay open, and nobody answers. It goes on at the latest when the row is mended. */
export async function holdStill(name: string, part: Part, mending: AsyncDisposableStack): Promise<Evidence> {
  mending.defer(() => goOn(part))
  part.pause()
  await waitUntil(`${name} stands still`, () => processState(part.pid) === 'T', { limitMs: 5_000 })
  return `${name}: pid ${part.pid} in state T (stopped)`
}

export function goOn(part: Part): void {
  if (part.exit === undefined) part.resume()
}
