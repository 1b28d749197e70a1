import type { EventLogStrategy, HandlerStatus } from '@brume/event-log'
import { sharedCheck, type Metrics, type Readiness } from '@brume/observability'

/** Longer than a probe's period would hide a fault, shorter would ask for each probe of each load balancer. */
const CHECK_AGE_MS = 1_000

export interface WatchedParts {
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly strategy: Pick<EventLogStrategy, 'handlerStatus'>
  /** Asks the database the smallest question. Absent where the services of this process answer without it. */
  readonly askDatabase?: (() => Promise<unknown>) | undefined
}

/**
 * What `/readyz` says about the parts of the process. A table that stands still means judging by old news, such as a revoked device: not ready. A queue
 * that stands still is shown only: reads and readings go on, and taking the replica out would mend nothing.
 */
export function watchParts({ readiness, metrics, strategy, askDatabase }: WatchedParts): void {
  const isStale = ({ group, state }: HandlerStatus): boolean => group === undefined && state === 'halted'
  const isTroubled = (status: HandlerStatus): boolean => !isStale(status) && (status.state === 'halted' || status.state === 'retrying')
  readiness.register('views', () => sentence(strategy.handlerStatus().filter(isStale)))
  readiness.watch('event log', () => sentence(strategy.handlerStatus().filter(isTroubled)))
  if (askDatabase !== undefined) readiness.register('database', sharedCheck(() => askDatabase().then(() => undefined), CHECK_AGE_MS))
  const halted = (): number => strategy.handlerStatus().filter(({ state }) => state === 'halted').length
  metrics.reading('log', 'halted', 'partitions', 'Partitions that a handler has halted: each needs a person', halted)
}

function sentence(statuses: readonly HandlerStatus[]): string | undefined {
  return statuses.length === 0 ? undefined : statuses.map(statusText).join('; ')
}

function statusText({ topic, partition, group, state, offset, error }: HandlerStatus): string {
  const why = error === undefined ? '' : `: ${error instanceof Error ? error.message : String(error)}`
  return `${group ?? 'the view of'} ${topic}/${partition} is ${state} at ${offset ?? 'an unknown offset'}${why}`
}
