import { expect, it } from 'vitest'
import { Ending } from './ending.ts'

const silent = { error() {} }

it('goes step by step, once, and says where it stands', async () => {
  const seen: unknown[] = []
  const step = (name: string) => ({ name, work: async () => void seen.push(`${name} at ${ending.now}`) })
  const ending: Ending = new Ending([step('first'), step('second')], silent)
  await Promise.all([ending.run(), ending.run()])
  expect(seen).toEqual(['first at first', 'second at second'])
  expect(ending.now).toBeUndefined()
})

it('closes the rest when a step fails, logs it, and fails with it', async () => {
  const [seen, logged]: [string[], unknown[]] = [[], []]
  const ending = new Ending([
    { name: 'closing the event log', work: () => Promise.reject(new Error('disk')) },
    { name: 'closing the database', work: async () => void seen.push('database') },
  ], { error: (line: unknown) => void logged.push(line) })
  await expect(ending.run()).rejects.toThrow('disk')
  expect([seen, logged]).toEqual([['database'], [{ msg: 'closing the event log: failed', error: new Error('disk') }]])
})
