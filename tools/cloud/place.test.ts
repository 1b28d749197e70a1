import { ChildProcess, ProcessPart, waitUntil, type Exit } from '@brume/testing'
import { describe, expect, it } from 'vitest'
import { Place } from './place.ts'

class Sleeper extends ProcessPart {
  static async start(program = 'console.log("it is dark"); setInterval(() => undefined, 1000)'): Promise<Sleeper> {
    const sleeper = new Sleeper(await ChildProcess.start({ command: [process.execPath, '-e', program], cwd: '.', env: process.env }))
    await waitUntil('it has spoken', () => sleeper.output !== '' || sleeper.exit !== undefined, { limitMs: 10_000 })
    return sleeper
  }
}

function placeOf(start: () => Promise<Sleeper> = () => Sleeper.start()) {
  const [lines, gone] = [[] as string[], [] as { part: string; exit: Exit; output: string }[]]
  const place = new Place('bed', start, { progress: (line) => lines.push(line), gone: (part, exit, output) => gone.push({ part, exit, output }) })
  return { place, lines, gone }
}

describe('a place', () => {
  it('tells who ended by itself, and what it wrote; not who was told to', async () => {
    const { place, gone } = placeOf()
    process.kill((await place.start()).pid, 'SIGKILL')
    await waitUntil('it is told', () => gone.length > 0, { limitMs: 5_000 })
    expect(gone).toEqual([{ part: 'bed', exit: { code: null, signal: 'SIGKILL' }, output: 'it is dark\n' }])
    await place.start()
    await place.kill()
    await place.start()
    await place.stop()
    expect([place.runs, gone.length]).toEqual([false, 1])
  })

  it('says how long it took', async () => {
    const { place, lines } = placeOf()
    await place.start()
    await place.restart()
    await place.stop()
    expect(lines.map((line) => line.replace(/[\d.]+/, 'N'))).toEqual(['ready', 'stopped', 'ready', 'stopped'].map((state) => `bed          ${state.padEnd(7)} after N s`))
  })

  it('names itself when its part does not start', async () => {
    const { place } = placeOf(() => Promise.reject(new Error('no room')))
    await expect(place.start()).rejects.toThrow('bed is not ready: no room')
    await place.stop()
  })

  it('holds one part at a time', async () => {
    await using place = placeOf().place
    await place.start()
    await expect(place.start()).rejects.toThrow('bed runs already')
  })
})
