import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that Linux takes for outgoing connections (32768 and up, ip(7)): a part that is started again finds its port still free. */
const [LEAST, BEYOND] = [20_000, 32_768]
const TRIES = 100
/** By this process. A site chooses dozens of ports before its parts begin to listen: by chance alone one in forty would choose one of them twice. */
const givenOut = new Set<number>()

/** A TCP port of the loopback address that nobody listens on now, for programs that must be told theirs. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = randomInt(LEAST, BEYOND)
    if (givenOut.has(port)) continue
    givenOut.add(port)
    if (await isFreePort(port)) return port
  }
  throw new Error(`no free port between ${LEAST} and ${BEYOND - 1} in ${TRIES} tries`)
}

export async function isFreePort(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
