import type { Toxiproxy } from '@brume/testing'
import type { Limits } from '../limits/index.ts'
import type { Plan } from '../model/index.ts'
import type { Network } from '../networks/index.ts'
import type { SpanCollector } from '../parts/index.ts'

/** What all blocks of a run share. */
export interface BlockBench {
  readonly plan: Plan
  readonly networks: ReadonlyMap<string, Network>
  readonly limits: Limits
  readonly toxiproxy: Toxiproxy
  readonly spans: SpanCollector
  /** For what a block needs while it runs. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}
