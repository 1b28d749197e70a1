import { CloudBenchSite, type CloudBenchOptions } from '../../bench/site/cloudBenchSite.ts'
import { FogSite } from '../../bench/site/fogSite.ts'
import type { BenchSite } from '../../bench/site/benchSite.ts'
import { storedBytes } from '../../bench/probes/storedBytes.ts'
import type { PlacementKind } from '../model/index.ts'
import { fogStoredBytes } from './fogStoredBytes.ts'

/** A deployment as a user runs it, with what each kind tells in its own way. */
export interface HostedSystem {
  readonly site: BenchSite
  /** Log and database; blocks of the chain are counted as such. */
  storedBytes(): Promise<number>
}

export interface SystemOptions {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly replicas: NonNullable<CloudBenchOptions['replicas']>
  readonly progress: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/** A gateway stands before the same cloud. */
export const hostedSystem: Readonly<Record<PlacementKind, (options: SystemOptions) => Promise<HostedSystem>>> = { fog, cloud, gateway: cloud }

async function fog({ folder, env }: SystemOptions): Promise<HostedSystem> {
  const site = await FogSite.start(folder, { env })
  return { site, storedBytes: async () => fogStoredBytes(site.platform.data) }
}

async function cloud({ folder, env, replicas, progress, signal }: SystemOptions): Promise<HostedSystem> {
  const site = await CloudBenchSite.start(folder, { env, replicas, progress, ...(signal && { signal }) })
  return { site, storedBytes: async () => logAndDatabase(await storedBytes(site)) }
}

function logAndDatabase({ log, database }: Awaited<ReturnType<typeof storedBytes>>): number {
  return log + database
}
