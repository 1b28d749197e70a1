import type { HandlerStatus } from '@brume/event-log'
import { Metrics, Readiness } from '@brume/observability'
import { expect, it } from 'vitest'
import { watchParts } from './watchedParts.ts'

function watch(statuses: Partial<HandlerStatus>[], askDatabase?: () => Promise<unknown>) {
  const [readiness, metrics] = [new Readiness(50), new Metrics()]
  const whole = statuses.map((status): HandlerStatus => ({ topic: 'devices', partition: 0, group: undefined, state: 'following', offset: 7, error: undefined, ...status }))
  watchParts({ readiness, metrics, strategy: { handlerStatus: () => whole }, askDatabase })
  return { readiness, metrics }
}

it('is ready while everything follows', async () => {
  const { readiness } = watch([{}, { group: 'ledger', topic: 'entries' }], async () => 1)
  expect(await readiness.report()).toEqual({ waitingFor: [], attention: [] })
})

it('takes nothing while a view stands still: it would judge by old news', async () => {
  const { readiness } = watch([{ state: 'halted', error: new Error('a gap at 7') }])
  expect((await readiness.report()).waitingFor).toEqual([{ part: 'views', why: 'the view of devices/0 is halted at 7: a gap at 7' }])
})

it('shows and counts a partition that was halted, and goes on', async () => {
  const { readiness, metrics } = watch([{ group: 'ledger', topic: 'entries', partition: 2, state: 'halted', error: new Error('a gap at 7') }, { state: 'retrying' }])
  expect(await readiness.report()).toEqual({ waitingFor: [], attention: [{ part: 'event log', why: 'ledger entries/2 is halted at 7: a gap at 7; the view of devices/0 is retrying at 7' }] })
  expect(await metrics.registry.metrics()).toContain('brume_log_halted_partitions 1')
})

it('says when the database fails, or does not answer', async () => {
  expect(await watch([], () => Promise.reject(new Error('connection refused'))).readiness.waitingFor()).toEqual([{ part: 'database', why: 'failed: connection refused' }])
  expect(await watch([], () => new Promise(() => undefined)).readiness.waitingFor()).toEqual([{ part: 'database', why: 'did not answer within 50 ms' }])
})
