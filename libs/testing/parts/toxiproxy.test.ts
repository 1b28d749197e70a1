import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../waitUntil.ts'
import type { ToxicLink } from './toxicLink.ts'
import { Toxiproxy } from './toxiproxy.ts'
import { hasToxiproxy } from './toxiproxyProgram.ts'

const echo = createServer((socket) => void socket.on('error', () => undefined).pipe(socket))
const sockets: Socket[] = []

async function connectTo(link: ToxicLink): Promise<Socket> {
  const socket = createConnection(link.port, '127.0.0.1')
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** Until the same bytes come back, ms. */
async function roundTripMs(socket: Socket): Promise<number> {
  const start = performance.now()
  socket.write('ping')
  await once(socket, 'data')
  return performance.now() - start
}

describe.skipIf(!hasToxiproxy())('a link through Toxiproxy (needs Go)', () => {
  let toxiproxy: Toxiproxy
  let link: ToxicLink

  beforeAll(async () => {
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
    toxiproxy = await Toxiproxy.start()
  }, 600_000)
  afterAll(async () => {
    await toxiproxy?.[Symbol.asyncDispose]()
    echo.close()
  })
  beforeEach(async () => {
    const { port } = echo.address() as AddressInfo // it listens on TCP
    link = await toxiproxy.link({ name: 'echo', upstream: `127.0.0.1:${port}` })
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await link.remove()
  })

  it('lets everything through', async () => {
    expect(await roundTripMs(await connectTo(link))).toBeLessThan(100)
  })

  it('is as slow as it is told, also for open connections, until it is healed', async () => {
    const socket = await connectTo(link)
    await link.latency(150)
    expect(await roundTripMs(socket)).toBeGreaterThanOrEqual(290)
    await link.heal()
    expect(await roundTripMs(socket)).toBeLessThan(100)
  })

  it('changes its delay for open connections, each way by itself', async () => {
    const socket = await connectTo(link)
    await link.delay({ upMs: 40, downMs: 120 })
    expect(await roundTripMs(socket)).toBeGreaterThanOrEqual(155)
    await link.delay({ upMs: 20, downMs: 30 })
    const shorterMs = await roundTripMs(socket)
    expect(shorterMs).toBeGreaterThanOrEqual(48)
    expect(shorterMs).toBeLessThan(150)
  })

  it('that is held passes nothing, keeps its connections, and loses nothing', async () => {
    const [socket, heard] = [await connectTo(link), [] as string[]]
    await link.delay({ upMs: 5, downMs: 5 })
    await link.hold()
    socket.setEncoding('utf8').on('data', (text: string) => heard.push(text)).write('first')
    await expect(waitUntil('an answer', () => heard.length > 0, { limitMs: 300 })).rejects.toThrow('not within')
    socket.write(', second')
    await link.release()
    await waitUntil('all of it', () => heard.join('') === 'first, second', { limitMs: 5_000 })
    expect(await roundTripMs(socket)).toBeGreaterThanOrEqual(9)
  })

  it('that is cut ends its connections and refuses new ones, and listens on the same port again', async () => {
    const [socket, { port }] = [await connectTo(link), link]
    socket.resume()
    await Promise.all([once(socket, 'close'), link.disable()])
    await expect(connectTo(link)).rejects.toThrow('ECONNREFUSED')
    await link.enable()
    expect(link.port).toBe(port)
    expect(await roundTripMs(await connectTo(link))).toBeLessThan(100)
  })

  it('that is silent keeps its connections and passes nothing', async () => {
    const socket = await connectTo(link)
    await roundTripMs(socket)
    await link.silence()
    let heard = false
    socket.on('data', () => (heard = true)).write('ping')
    await expect(waitUntil('an answer', () => heard, { limitMs: 300 })).rejects.toThrow('not within')
    expect(socket.readyState).toBe('open')
  })

  it('can reset its connections', async () => {
    const socket = await connectTo(link)
    // Not events.once: it rejects at the error that a reset is. Where it was answered before, only the end is heard.
    const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve))
    await link.reset()
    socket.write('ping')
    await closed
    expect(socket.bytesRead).toBe(0)
  })

  it('says why when it refuses', async () => {
    await expect(toxiproxy.link({ name: 'echo', upstream: '127.0.0.1:1' })).rejects.toThrow(/Toxiproxy refuses POST \/proxies: .*already exists/)
  })
})
