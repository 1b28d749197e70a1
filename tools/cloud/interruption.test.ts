import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Interruption } from './interruption.ts'

describe('Ctrl-C', () => {
  it('asks for an end in order, and the next one for an end at once; npm handing on the first is not a next one', async () => {
    const [emitter, wishes] = [new EventEmitter(), [] as string[]]
    let nowMs = 1_000
    const interruption = new Interruption(() => wishes.push('at once'), emitter, () => nowMs)
    const asked = interruption.asked.then(() => wishes.push('in order'))
    for (const atMs of [2_000, 2_020]) {
      nowMs = atMs
      emitter.emit('SIGINT')
    }
    await asked
    expect(wishes).toEqual(['in order'])
    nowMs = 4_000
    emitter.emit('SIGINT')
    expect(wishes).toEqual(['in order', 'at once'])
  })
})
