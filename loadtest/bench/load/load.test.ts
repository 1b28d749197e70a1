import { createServer, type Server } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { percentile } from '../statistics.ts'
import { requireAccepted } from './accepted.ts'
import { sendAll } from './closedLoop.ts'
import { sendAtRate } from './openLoop.ts'
import { batchRequest, singleRequest } from './requests.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** A real server that answers with what `answer` makes of a body. */
async function serve(answer: (body: string) => Promise<{ status: number; text: string }>): Promise<number> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('latin1')) body += String(part)
    const { status, text } = await answer(body)
    response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return address.port
}

const reading = (envelope: string) => ({ envelope, leafHash: '' })

it('gives the answers in the order of the requests, also large ones, over few connections', async () => {
  const port = await serve(async (body) => ({ status: 202, text: body + 'x'.repeat(200_000) }))
  const answers = await sendAll(port, Array.from({ length: 20 }, (_, i) => singleRequest(reading(`n${i}.`))), 3)
  expect(answers.map(({ body }) => body.toString('latin1', 0, body.indexOf('.')))).toEqual(Array.from({ length: 20 }, (_, i) => `n${i}`))
})

it('sends JSON that holds the readings', async () => {
  const port = await serve(async (body) => ({ status: 202, text: JSON.stringify({ results: JSON.parse(body).readings.map(() => ({ status: 202 })), promises: [] }) }))
  const answers = await sendAll(port, [batchRequest([reading('a.b.c'), reading('d.e.f')])], 1)
  expect(JSON.parse(answers[0]?.body.toString() ?? '').results).toHaveLength(2)
  expect(() => requireAccepted(answers)).not.toThrow()
})

it('does not let a refused reading pass for an accepted one', async () => {
  const port = await serve(async () => ({ status: 202, text: '{"results":[{"status":202},{"status":409,"problem":{}}],"promises":[]}' }))
  const answers = await sendAll(port, [batchRequest([reading('a.b.c')])], 1)
  expect(() => requireAccepted(answers)).toThrow('409')
})

it('counts a stall of the server in every request that was due meanwhile', async () => {
  const stallMs = 200
  const stalledUntil = Promise.withResolvers<void>()
  let seen = 0
  const port = await serve(async () => {
    if (seen++ === 0) setTimeout(stalledUntil.resolve, stallMs)
    await stalledUntil.promise
    return { status: 202, text: '{}' }
  })
  const answers = await sendAtRate(port, Array.from({ length: 100 }, () => singleRequest(reading('a.b.c'))), 500)
  const latencies = answers.map(({ latencyMs }) => latencyMs)
  expect(answers).toHaveLength(100)
  expect(latencies[0]).toBeGreaterThanOrEqual(stallMs - 1)
  // Due evenly over the 200 ms of the stall: half of them waited for more than about half of it.
  expect(percentile(latencies, 0.5)).toBeGreaterThan(stallMs / 4)
})

it('opens another connection for one that was closed while it was idle', async () => {
  let answered = 0
  const port = await serve(async () => ({ status: 202, text: String(++answered) }))
  servers[0]?.on('request', (_, response) => response.on('finish', () => answered === 1 && servers[0]?.closeAllConnections()))
  const answers = await sendAtRate(port, [singleRequest(reading('a')), singleRequest(reading('b'))], 10)
  expect(answers.map(({ status }) => status)).toEqual([202, 202])
})

it('hears of every answer as it comes', async () => {
  const heard: number[] = []
  const port = await serve(async (body) => ({ status: 202, text: body }))
  await sendAtRate(port, Array.from({ length: 5 }, () => singleRequest(reading('a'))), 100, ({ status }) => void heard.push(status))
  expect(heard).toEqual([202, 202, 202, 202, 202])
})

it('fails when the server goes away', async () => {
  const port = await serve(async () => {
    servers[0]?.closeAllConnections()
    return { status: 202, text: '{}' }
  })
  await expect(sendAll(port, [singleRequest(reading('a.b.c'))], 1)).rejects.toThrow('closed the connection')
})
