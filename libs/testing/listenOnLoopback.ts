import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LoopbackServer extends AsyncDisposable {
  readonly url: string
  close(): Promise<void>
}

/** `port` 0 takes any free one. Closing does not wait for idle connections. */
export async function listenOnLoopback(server: Server, port = 0): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  // Of a TCP server that listens it is an AddressInfo (node:net).
  const { port: chosen } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${chosen}`, close, [Symbol.asyncDispose]: close }
}
