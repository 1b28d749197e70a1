import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ProcessLife } from './processLife.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function start() {
  const signals = new EventEmitter()
  const codes: number[] = []
  const logged: unknown[] = []
  const stopped = Promise.withResolvers<void>()
  let stops = 0
  const platform = {
    stop: () => (stops++, stopped.promise),
    ending: () => ({ step: 'closing the event log', requestsInHand: 3 }),
    logger: { error: (line: unknown) => void logged.push(line) },
  }
  const life = new ProcessLife({ signals, exit: (code) => void codes.push(code) })
  return { signals, codes, logged, stopped, life, platform, stops: () => stops }
}

it('drains at the first signal and ends with 0 once that is done', async () => {
  const { signals, codes, stopped, life, platform, stops } = start()
  life.runs(platform)
  signals.emit('SIGTERM')
  expect([stops(), codes]).toEqual([1, []])
  stopped.resolve()
  await vi.waitFor(() => expect(codes).toEqual([0]))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(codes).toEqual([0])
})

it('ends at once at a second signal, but not at the echo of the first that npm passes on', () => {
  const { signals, codes, life, platform, stops } = start()
  life.runs(platform)
  signals.emit('SIGINT')
  vi.advanceTimersByTime(10)
  signals.emit('SIGINT')
  expect([stops(), codes]).toEqual([1, []])
  vi.advanceTimersByTime(1_000)
  signals.emit('SIGINT')
  expect([stops(), codes]).toEqual([1, [130]])
})

it('is over after ten seconds, and says what was cut', async () => {
  const { signals, codes, logged, life, platform } = start()
  life.runs(platform)
  signals.emit('SIGTERM')
  await vi.advanceTimersByTimeAsync(9_999)
  expect(codes).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(codes).toEqual([1])
  expect(logged).toEqual([{ msg: 'not ended within 10 s, cut', step: 'closing the event log', requestsInHand: 3 }])
})

it('ends with 1 when a step of the end fails', async () => {
  const { signals, codes, stopped, life, platform } = start()
  life.runs(platform)
  signals.emit('SIGTERM')
  stopped.reject(new Error('disk'))
  await vi.waitFor(() => expect(codes).toEqual([1]))
})

it('ends at once while it starts: nothing was promised yet', () => {
  const { signals, codes } = start()
  signals.emit('SIGTERM')
  expect(codes).toEqual([143])
})
