import { startingUnder } from '@brume/testing'
import type { CloudBenchOptions } from '../../bench/site/cloudBenchSite.ts'
import type { Limits } from '../limits/index.ts'
import type { PlacementSpec } from '../model/index.ts'
import { hostedSystem, type HostedSystem } from './hostedSystem.ts'
import { emptied, overMemory, Placement } from './placement.ts'

export interface PlacementOptions {
  /** What the system keeps goes into a folder below it, and is gone with it. */
  readonly folder: string
  readonly limits: Limits
  /** For every service, such as where spans go. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** In a cloud; default one of each service: all its parts share a CPU here, so a second of any would only take time from the others. */
  readonly replicas?: CloudBenchOptions['replicas']
  readonly progress: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts a placement's system under its memory limit and with all CPU time of its CPUs; `enforce` sets the cores. Returns once it is ready. Whatever goes wrong before,
 * nothing is left running.
 */
export async function startPlacement(spec: PlacementSpec, options: PlacementOptions): Promise<Placement> {
  const { limits: { system }, signal } = options
  signal?.throwIfAborted()
  const killedBefore = system.killedForMemory()
  system.set({ cores: spec.cores, memoryMiB: spec.memoryMiB }) // what cannot be given is said before anything starts
  system.set({ memoryMiB: spec.memoryMiB })
  const placement = new Placement(spec, await started(spec, options, killedBefore), options.limits, killedBefore)
  if (!signal?.aborted) return placement
  await placement[Symbol.asyncDispose]()
  throw signal.reason
}

async function started(spec: PlacementSpec, { folder, limits, env = {}, replicas = { auth: 1, ingest: 1, ledger: 1 }, progress, signal }: PlacementOptions, killedBefore: number): Promise<HostedSystem> {
  try {
    return await startingUnder(limits.system.wrapper, () => hostedSystem[spec.kind]({ folder, env, replicas, progress, signal }))
  } catch (error) {
    limits.system.unlimited()
    await emptied(limits)
    throw explained(error, spec, limits.system.killedForMemory() - killedBefore)
  }
}

function explained(error: unknown, spec: PlacementSpec, killed: number): Error {
  const why = [error instanceof Error ? error.message : String(error), ...(killed === 0 ? [] : [overMemory(spec, killed)])]
  return new Error(`${spec.name} did not start: ${why.join('\n')}`, { cause: error })
}
