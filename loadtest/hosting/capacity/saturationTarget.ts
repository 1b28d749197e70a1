import { readingsPerRequest, type Workload } from '../model/index.ts'
import { latestExchange, proofExchange, readingExchange, type Exchange } from './exchange.ts'
import type { LoadedChain } from './loadedChain.ts'
import type { SaturationTarget } from './saturation.ts'

/** @param port of the placement's entrance, without delays: a gateway's own, because it is a part of that placement */
export function saturationTarget(port: number, chain: LoadedChain, workload: Workload): SaturationTarget {
  return { port, prepare: (exchanges) => exchangeOf(chain, workload, exchanges), untilDone: () => untilDone(chain, workload) }
}

/** What only reads is done when it is answered. On a direct chain every reading has a transaction of its own, which is work that a batched one does not have. */
async function untilDone({ writeMode, milestone }: LoadedChain, workload: Workload): Promise<void> {
  if (readingsPerRequest[workload] === 0) return
  await (writeMode === 'direct' ? milestone.untilFinal() : milestone.untilSequenced())
}

async function exchangeOf({ id, token, devices, anchored }: LoadedChain, workload: Workload, exchanges: number): Promise<Exchange> {
  if (workload === 'latest') return latestExchange(id, token)
  if (workload === 'proof') return proofExchange(id, token, await anchored.leafHashes())
  return readingExchange(devices, exchanges, readingsPerRequest[workload])
}
