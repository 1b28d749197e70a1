import type { ArgumentsHost, RpcExceptionFilter } from '@nestjs/common'
import { Catch, UseFilters, applyDecorators } from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import { throwError } from 'rxjs'
import type { Observable } from 'rxjs'

/** The transport of {@link EventLogStrategy}: handlers for other transports of the same application are left alone. */
export const EVENT_LOG_TRANSPORT = Symbol('brume-event-log')

/** What a handler says about itself, in the extras of its pattern. */
export type HandlerMode =
  | { readonly mode: 'table' }
  | {
      readonly mode: 'queue'
      readonly group: string
      /** 1,000 when absent. */
      readonly maxRecords?: number
      readonly partitions?: readonly number[]
    }

/** Nest turns every error of a handler into "Internal server error"; the log must see the real one, PartitionHalted above all. */
class PassToTheLog implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error)
  }
}
// Called, not written with @: Node strips types but no decorators, and the processes of crash tests load this package from its sources.
Catch()(PassToTheLog)

/**
 * `@EventPattern` for whole batches: the method gets a `RecordBatch` and an `EventLogContext`, and returns once its own database has committed.
 *
 * ```ts
 * @OnBatch(ENTRIES, { mode: 'queue', group: 'ledger' })
 * async sequence(batch: RecordBatch) { … }
 * ```
 */
export function OnBatch(topic: string, mode: HandlerMode): MethodDecorator {
  return applyDecorators(EventPattern<string>(topic, EVENT_LOG_TRANSPORT, mode), UseFilters(new PassToTheLog()))
}
