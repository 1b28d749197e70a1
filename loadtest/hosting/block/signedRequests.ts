import { ticks, type Arrivals } from '../../scenarios/arrivals.ts'
import type { LoadedChain } from '../capacity/loadedChain.ts'
import { signAhead } from '../envelopes/signAhead.ts'
import { readingsPerRequest, type Workload } from '../model/index.ts'

export interface SignedRequests {
  readonly chain: LoadedChain
  readonly workload: Workload
  readonly arrivals: Arrivals
  readonly file: string
  readonly signal: AbortSignal
}

/** A body for each request that writes; for those that only read, readings that are there. */
export async function signRequests({ chain, workload, arrivals, file, signal }: SignedRequests): Promise<void> {
  const perRequest = readingsPerRequest[workload]
  if (perRequest === 0) return chain.anchored.writeTo(file)
  await signAhead({ devices: chain.devices, count: ticks(arrivals), perRequest, file, signal })
}
