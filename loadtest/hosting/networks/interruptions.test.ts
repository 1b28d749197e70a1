import { describe, expect, it } from 'vitest'
import { interruptedDuring, type Interruptible, type Pause } from './interruptions.ts'
import { readNetwork } from './networkProfile.ts'

const { drops } = readNetwork({ name: '', access: 'lte-drops', region: 'near' }).access

/** A clock that is moved by hand, and a link that writes down when it was interrupted. */
class Schedule {
  nowMs = 0
  readonly seen: string[] = []
  readonly link: Interruptible = { hold: async () => void this.seen.push(`held at ${this.nowMs}`), release: async () => void this.seen.push(`released at ${this.nowMs}`) }
  #waiting: { atMs: number; resolve: () => void } | undefined

  readonly pause: Pause = (ms, signal) => new Promise((resolve) => {
    this.#waiting = { atMs: this.nowMs + ms, resolve }
    signal.addEventListener('abort', () => resolve())
  })

  async moveTo(ms: number): Promise<void> {
    for (let waiting = this.#waiting; waiting !== undefined && waiting.atMs <= ms; waiting = this.#waiting) {
      this.nowMs = waiting.atMs
      this.#waiting = undefined
      waiting.resolve()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.nowMs = ms
  }
}

describe('a link that drops', () => {
  it('is interrupted on its schedule while the work runs, and is there when that has ended', async () => {
    const schedule = new Schedule()
    expect(await interruptedDuring(schedule.link, drops, () => schedule.moveTo(15_000).then(() => 'done'), schedule.pause)).toBe('done')
    expect(schedule.seen).toEqual(['held at 6000', 'released at 8000', 'held at 14000', 'released at 15000'])
  })

  it('is there again after work that failed', async () => {
    const schedule = new Schedule()
    const work = () => schedule.moveTo(7_000).then(() => Promise.reject(new Error('no k6')))
    await expect(interruptedDuring(schedule.link, drops, work, schedule.pause)).rejects.toThrow('no k6')
    expect(schedule.seen).toEqual(['held at 6000', 'released at 7000'])
  })

  it('that could not be interrupted makes the work fail, once that has ended', async () => {
    const schedule = new Schedule()
    const broken = { ...schedule.link, hold: () => Promise.reject(new Error('Toxiproxy is gone')) }
    let ended = false
    const work = () => schedule.moveTo(15_000).then(() => (ended = true))
    await expect(interruptedDuring(broken, drops, work, schedule.pause)).rejects.toThrow('Toxiproxy is gone')
    expect(ended).toBe(true)
  })

  it('is left alone where the network has no interruptions', async () => {
    const schedule = new Schedule()
    expect(await interruptedDuring(schedule.link, undefined, async () => 7, schedule.pause)).toBe(7)
    expect(schedule.seen).toEqual([])
  })
})
