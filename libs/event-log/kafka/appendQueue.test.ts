import { expect, it } from 'vitest'
import { AppendQueue } from './appendQueue.ts'

function fill(queue: AppendQueue, ...appends: [partition: number, bytes: number][]): void {
  for (const [partition, bytes] of appends) queue.add({ topic: 'queue', partition, bytes, records: [], resolve: () => undefined, reject: () => undefined })
}

function take(queue: AppendQueue): [number, number[]][] {
  return queue.takeFlight().map(({ partition, appends }) => [partition, appends.map(({ bytes }) => bytes)])
}

it('takes all of every partition while it fits into one batch', () => {
  const queue = new AppendQueue(100)
  fill(queue, [0, 40], [1, 90], [0, 60])
  expect(take(queue)).toEqual([[0, [40, 60]], [1, [90]]])
  expect(queue.isEmpty).toBe(true)
})

it('leaves what does not fit, and all of its partition behind it, so that their order stays', () => {
  const queue = new AppendQueue(100)
  fill(queue, [0, 40], [0, 61], [0, 1], [1, 5])
  expect(take(queue)).toEqual([[0, [40]], [1, [5]]])
  expect(take(queue)).toEqual([[0, [61, 1]]])
})

it('sends alone what is larger than a batch should be', () => {
  const queue = new AppendQueue(100)
  fill(queue, [0, 500], [0, 1])
  expect(take(queue)).toEqual([[0, [500]]])
})
