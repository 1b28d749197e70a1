import Fastify from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { sendServerTiming, serverTimingOf } from './serverTiming.ts'

/** A server whose clock stands still unless a request moves it. */
function start() {
  const time = { nowMs: 1_000 }
  const server = Fastify()
  onTestFinished(() => server.close())
  sendServerTiming(server, () => time.nowMs)
  server.addHook('preHandler', (_request, _reply, done) => {
    time.nowMs += 0.5 // what no step names
    done()
  })
  server.get('/timed', (request) => {
    time.nowMs += 2.25
    serverTimingOf(request).add('append', 2.25)
    time.nowMs += 1
    serverTimingOf(request).add('promise', 1)
    return {}
  })
  server.get('/failed', (request) => {
    serverTimingOf(request).add('parse', 1)
    time.nowMs += 4
    throw new Error('broken')
  })
  server.get('/silent', (request) => {
    serverTimingOf(request)
    return {}
  })
  return async (url: string) => (await server.inject(url)).headers['server-timing']
}

it('names the steps in their order, and last the total, from the head of the request to the answer', async () => {
  const timingOf = start()
  expect(await timingOf('/timed')).toBe('append;dur=2.250, promise;dur=1.000, total;dur=3.750')
  expect(await timingOf('/timed')).toBe('append;dur=2.250, promise;dur=1.000, total;dur=3.750')
})

it('has one total also where the request failed after a step', async () => {
  expect(await start()('/failed')).toBe('parse;dur=1.000, total;dur=4.500')
})

it('says nothing of a request that measured nothing', async () => {
  const timingOf = start()
  expect([await timingOf('/silent'), await timingOf('/nowhere')]).toEqual([undefined, undefined])
})
