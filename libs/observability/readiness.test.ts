import { expect, it } from 'vitest'
import { Readiness } from './readiness.ts'
import { sharedCheck } from './sharedCheck.ts'

it('is not ready from the moment it drains, whatever else holds', async () => {
  const readiness = new Readiness()
  expect(await readiness.waitingFor()).toEqual([])
  readiness.drain()
  expect(await readiness.report()).toEqual({ waitingFor: [{ part: 'process', why: expect.stringContaining('draining') }], attention: [] })
})

it('shows what a person should look at, and stays ready', async () => {
  const readiness = new Readiness()
  const remove = readiness.watch('event log', () => 'ledger entries/2 is halted')
  expect(await readiness.report()).toEqual({ waitingFor: [], attention: [{ part: 'event log', why: 'ledger entries/2 is halted' }] })
  remove()
  expect((await readiness.report()).attention).toEqual([])
})

it('asks a part once for all who ask at a time, and again when the answer is old', async () => {
  let nowMs = 0
  let asked = 0
  const check = sharedCheck(() => (asked++ === 0 ? 'starting' : undefined), 1_000, () => nowMs)
  expect(await Promise.all([check(), check()])).toEqual(['starting', 'starting'])
  nowMs = 999
  expect(await check()).toBe('starting')
  nowMs = 1_000
  expect(await check()).toBeUndefined()
  expect(asked).toBe(2)
})

it('never asks a part that has not answered yet a second time', async () => {
  let nowMs = 0
  let asked = 0
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const readiness = new Readiness(10)
  readiness.register('database', sharedCheck(() => (asked++, promise), 1_000, () => nowMs))
  for (nowMs = 0; nowMs < 5_000; nowMs += 1_000) expect(await readiness.waitingFor()).toEqual([{ part: 'database', why: 'did not answer within 10 ms' }])
  expect(asked).toBe(1)
  resolve(undefined)
  expect(await readiness.waitingFor()).toEqual([])
})
