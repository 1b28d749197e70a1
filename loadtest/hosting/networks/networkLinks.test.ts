import { EdgeProxy, hasHaproxy, hasToxiproxy, TemporaryFolder, Toxiproxy, waitUntil } from '@brume/testing'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PlacementKind } from '../model/index.ts'
import { refuseDelay, toleratedMs } from './achievedDelay.ts'
import { NetworkLinks } from './networkLinks.ts'
import { readNetwork, type Network } from './networkProfile.ts'
import { medianRoundTripMs } from './roundTrips.ts'

const network = (access: string, region: string): Network => readNetwork({ name: `${access}+${region}`, access, region })

const server = createServer((_request, response) => void response.end('ok'))
let node = ''
let toxiproxy: Toxiproxy
const stack: AsyncDisposable[] = []

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  node = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => void server.close())
afterEach(async () => {
  for (const one of stack.splice(0).reverse()) await one[Symbol.asyncDispose]()
})

async function built(kind: PlacementKind, upstream = node): Promise<NetworkLinks> {
  const links = await NetworkLinks.build({ toxiproxy, kind, upstream })
  stack.push(links)
  return links
}

describe.skipIf(!hasToxiproxy())('the links to a placement (needs Go)', () => {
  beforeAll(async () => void (toxiproxy = await Toxiproxy.start()), 600_000)
  afterAll(() => toxiproxy?.[Symbol.asyncDispose]())

  // Tests share the machine with other work, which adds some ms to a round trip: whether a delay is right to 10 % or 0.5 ms is for the runner to refuse, on a
  // machine that it has found idle. Here no delay may be too short, none far too long, and one whose 10 % are longer than what other work adds must pass.
  it('delay a fog node by each network in turn, on the same links', async () => {
    const links = await built('fog')
    for (const access of ['wifi', 'lte', 'wired-lan', '5g', 'lte']) {
      await links.impose(network(access, 'near'))
      const delay = await links.achieved()
      const asked = network(access, 'near').access.roundTripMs.value
      expect(delay.askedMs).toBe(asked)
      expect(delay.achievedMs).toBeGreaterThanOrEqual(asked - toleratedMs(asked))
      expect(delay.achievedMs).toBeLessThan(asked + 10)
    }
  })

  it('have both delays on the way to the cloud', async () => {
    const links = await built('cloud')
    await links.impose(network('wifi', 'far'))
    const delay = await links.achieved()
    expect([delay.network, delay.askedMs, delay.coldConnectionMs]).toEqual(['wifi+far', 73, 146])
    expect(() => refuseDelay(delay)).not.toThrow()
  })

  it('do not pass for what was asked when something else slows them', async () => {
    const links = await built('fog')
    await links.impose(network('wifi', 'near'))
    const slow = createServer((_request, response) => void setTimeout(() => response.end(), 15))
    await once(slow.listen(0, '127.0.0.1'), 'listening')
    const address = slow.address()
    const other = await toxiproxy.link({ name: 'slow', upstream: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}` })
    const achievedMs = await medianRoundTripMs(`http://${other.address}/livez`, 10)
    expect(() => refuseDelay({ network: 'wifi', askedMs: 3, achievedMs, coldConnectionMs: 6 })).toThrow('3 ms there and back were asked')
    await other.remove()
    slow.close()
  })

  it('are without delay again once they are healed, and then have no network to be measured for', async () => {
    const links = await built('fog')
    await links.impose(network('lte', 'near'))
    await links.heal()
    expect(await medianRoundTripMs(links.url, 10)).toBeLessThan(20)
    expect(() => links.achieved()).toThrow('no network is imposed')
  })

  it('are gone once they are disposed, and can be built anew under the same name', async () => {
    const { url } = await built('fog')
    await stack.pop()?.[Symbol.asyncDispose]()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    await built('fog')
  })

  it('are interrupted while a cell runs: what is sent waits, and is not lost', async () => {
    const links = await built('fog')
    const ms = (value: number) => ({ value, why: 'short', sources: [] })
    const dropping = network('lte-drops', 'near')
    await links.impose({ ...dropping, access: { ...dropping.access, drops: { everyMs: ms(400), forMs: ms(300) } } })
    const takenMs: number[] = []
    await links.during(async () => {
      while (takenMs.length < 12) {
        const startMs = performance.now()
        expect((await fetch(links.url, { signal: AbortSignal.timeout(5_000) })).status).toBe(200)
        takenMs.push(performance.now() - startMs)
      }
    })
    expect(Math.max(...takenMs)).toBeGreaterThan(150)
    await waitUntil('the link is there', async () => (await medianRoundTripMs(links.url, 5)) < 120, { limitMs: 10_000 })
  })

  it.skipIf(!hasHaproxy())('lead through a gateway to the edge, and add up to the same as without it (needs haproxy)', async () => {
    const folder = new TemporaryFolder()
    const edge = await EdgeProxy.start({ dataDir: folder.path, replicas: { auth: [node], ingest: [node], ledger: [node] } })
    stack.push(edge)
    const links = await built('gateway', edge.url)
    await links.impose(network('wifi', 'far'))
    const delay = await links.achieved()
    expect([delay.askedMs, delay.coldConnectionMs]).toEqual([73, 6])
    expect(() => refuseDelay(delay)).not.toThrow()
    expect(links.gateway?.exit).toBeUndefined()
    folder[Symbol.dispose]()
  })
})
