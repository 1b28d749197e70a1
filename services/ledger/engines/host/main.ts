/**
 * The engine host: one process that runs chain engines beside platforms that come and go.
 *   node services/ledger/dist/engines/host/main.js --data DIR --token-file FILE [--host 127.0.0.1] [--port 8090] [--lease-ms 600000]
 * Prints `ready URL` once it listens. SIGTERM drains and ends the engines; killed, it leaves them running and the next start adopts them.
 */
import { OperatorError } from '@brume/config'
import type { AddressInfo } from 'node:net'
import { destination, pino } from 'pino'
import { readEngineToken } from '../engineToken.ts'
import { GanacheEngine } from '../ganache/ganacheEngine.ts'
import { EngineHost } from './engineHost.ts'
import { hostConfig } from './hostConfig.ts'
import { takeFolder } from './hostLock.ts'
import { hostServer } from './hostServer.ts'

/** Requests get so long to end, then the engines so long to go: within the 10 s that SIGTERM gives. */
const requestsEndMs = 3_000
const engineStopMs = 5_000
const drainLimitMs = 10_000

// Volumes and orders are the owner's alone.
process.umask(0o077)
// stdout is for `ready URL`.
const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: 2, sync: true }))

try {
  await run()
} catch (error) {
  fail(error)
}

async function run(): Promise<void> {
  const config = hostConfig(process.argv.slice(2), process.env)
  const token = readEngineToken(config['token-file'])
  takeFolder(config.data)
  const engine = new GanacheEngine({ leaseMs: config['lease-ms'], stopGraceMs: engineStopMs })
  const host = new EngineHost({ dataDir: config.data, engine })
  host.onChange(({ chainId, state }) => log.info({ chain: chainId, state: state.state, ...('reason' in state && { reason: state.reason }) }, 'engine'))
  let notReady: string | undefined = 'taking up the engines of the last start'
  const server = hostServer({ host, token, notReady: () => notReady, trouble: (error) => log.error({ err: error }, 'a request failed') })
  await server.listen({ host: config.host, port: config.port })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      notReady = 'draining'
      end().catch(fail)
    })
  }
  console.log(`ready ${urlOf(server.server.address(), config.host)}`)
  await host.resume()
  if (notReady !== 'draining') notReady = undefined

  async function end(): Promise<void> {
    setTimeout(() => fail(new Error(`not ended within ${drainLimitMs} ms`)), drainLimitMs).unref()
    host.drain()
    const cut = setTimeout(() => server.server.closeAllConnections(), requestsEndMs)
    await server.close()
    clearTimeout(cut)
    await host.close()
    process.exit(0)
  }
}

/** We listen on TCP, so the address is one of TCP. */
function urlOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

/** What the operator mends is one line: a setting, or what the system refuses, such as a port in use. The rest keeps its stack. */
function fail(error: unknown): never {
  if (error instanceof OperatorError) console.error(error.message)
  else if (error instanceof Error && 'syscall' in error) console.error(`The engine host cannot run: ${error.message}`)
  else log.fatal({ err: error }, 'the engine host has failed')
  process.exit(error instanceof OperatorError ? error.exitCode : 1)
}
