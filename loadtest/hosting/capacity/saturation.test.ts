import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { saturation, type SaturationTarget } from './saturation.ts'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()))

const request = Buffer.from('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n')
const signal = new AbortController().signal

async function target(answer: RequestListener, untilDone: (exchanges: number) => Promise<void> = async () => undefined): Promise<SaturationTarget> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  let asked = 0
  const prepare: SaturationTarget['prepare'] = (exchanges) => {
    asked = exchanges
    return (connection) => connection.send(request)
  }
  return { port: typeof address === 'object' && address ? address.port : 0, prepare, untilDone: () => untilDone(asked) }
}

const accepted: RequestListener = (_, response) => void response.writeHead(202, { 'content-length': 0 }).end()

describe('the capacity of a placement', () => {
  it('is not what is answered, but what is done: what the ledger makes up for counts', async () => {
    const { perS, rounds } = await saturation(await target(accepted, (exchanges) => pause(exchanges)), { roundS: 0.2, signal })
    expect(rounds).toHaveLength(3)
    expect(perS).toBe(rounds.toSorted((a, b) => a - b)[1])
    expect(perS).toBeLessThan(1_000)
    expect(perS).toBeGreaterThan(100)
  })

  it('is of rounds that agree, not of those that warmed it up', async () => {
    let rounds = 0
    const growsFaster = await target(accepted, (exchanges) => pause(Math.max(2, 6 - rounds++) * exchanges))
    const { perS, rounds: counted } = await saturation(growsFaster, { roundS: 0.2, signal })
    expect(counted).toHaveLength(3)
    expect(rounds).toBeGreaterThanOrEqual(7)
    expect(perS).toBeGreaterThan(250)
  })

  it('is not measured where requests are refused', async () => {
    const refused = await target((_, response) => void response.writeHead(429, { 'content-length': 4 }).end('full'))
    await expect(saturation(refused, { roundS: 0.1, signal })).rejects.toThrow('64 of 64 requests in a closed loop were not accepted, so there is no capacity to measure; the first was answered 429: full')
  })

  it('ends with the interruption', async () => {
    await expect(saturation(await target(accepted), { roundS: 0.1, signal: AbortSignal.abort(new Error('interrupted')) })).rejects.toThrow('interrupted')
  })
})
