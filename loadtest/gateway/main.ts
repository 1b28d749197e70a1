/**
 * The site gateway: devices come in by HTTP/1.1, everything leaves by one kept-open HTTP/2 connection to the cloud. It stores, batches and verifies nothing.
 *   node loadtest/dist/gateway/main.js --upstream http://127.0.0.1:8080 [--listen 127.0.0.1:0]
 * Prints `ready URL` once it listens, whether the cloud is there or not. SIGTERM ends it, after what is under way.
 */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CloudConnection } from './cloudConnection.ts'
import { gatewayOptions, type GatewayOptions } from './gatewayOptions.ts'
import { gatewayLimits, gatewayServer } from './gatewayServer.ts'

/** Requests get so long to end. */
const END_MS = 3_000

try {
  await run(gatewayOptions(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
}

async function run({ host, port, upstream }: GatewayOptions): Promise<void> {
  const cloud = new CloudConnection({ upstream })
  const server = gatewayServer(cloud)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(server, cloud))
  await once(server.listen({ port, host, backlog: gatewayLimits.connections }), 'listening')
  // Of a TCP server that listens it is an AddressInfo (node:net).
  console.log(`ready http://${host}:${(server.address() as AddressInfo).port}`)
}

async function end(server: Server, cloud: CloudConnection): Promise<void> {
  setTimeout(() => server.closeAllConnections(), END_MS).unref()
  await new Promise((resolve) => server.close(resolve))
  await cloud.close(END_MS)
  process.exit(0)
}
