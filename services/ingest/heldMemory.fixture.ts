/** For tests and benches that ask how much memory is held: what is garbage must not count. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
// The flag adds `gc` to contexts that are made after it.
const collect = runInNewContext('gc') as () => void

/** Bytes on the heap and in buffers that something refers to. */
export async function heldBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect()
    // Buffers are freed by finalisers, which run in a later turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
