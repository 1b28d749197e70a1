import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import Fastify, { type FastifyInstance } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { RequestDrain } from './requestDrain.ts'

async function startServer() {
  const server: FastifyInstance = Fastify({ return503OnClosing: false })
  const drain = new RequestDrain(server)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  server.get('/quick', async () => 'quick')
  server.get('/slow', async () => {
    begin()
    await released
    return 'slow'
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    release()
    server.server.closeAllConnections()
  })
  const address = server.server.address()
  return { server, drain, release, begun, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

function get(port: number, path: string, agent: Agent): Promise<{ text: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ text, connection: response.headers.connection })).on('error', reject)
    }).on('error', reject).end()
  })
}

it('finishes the requests in hand, asks their clients to come back elsewhere, and closes connections that ask nothing', async () => {
  const { server, drain, release, begun, port } = await startServer()
  const agent = new Agent({ keepAlive: true })
  expect(await get(port, '/quick', agent)).toEqual({ text: 'quick', connection: 'keep-alive' })
  const silent = connect(port, '127.0.0.1')
  await once(silent, 'connect')
  const slow = get(port, '/slow', agent)
  await begun
  drain.begin()
  expect(await get(port, '/quick', new Agent())).toEqual({ text: 'quick', connection: 'close' })
  expect(drain.running).toBe(1)
  const ended = Promise.all([drain.end(5_000), server.close()])
  release()
  expect(await slow).toEqual({ text: 'slow', connection: 'close' })
  expect((await ended)[0]).toBe(0)
  if (!silent.destroyed) await once(silent, 'close')
})

it('cuts at the limit what does not end, and says how much', async () => {
  const { server, drain, begun, port } = await startServer()
  const slow = get(port, '/slow', new Agent()).then(() => 'answered', () => 'cut')
  await begun
  drain.begin()
  const [cut] = await Promise.all([drain.end(50), server.close()])
  expect([cut, await slow]).toEqual([1, 'cut'])
})
