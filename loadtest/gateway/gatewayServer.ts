import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { CloudConnection } from './cloudConnection.ts'
import { forward, type ForwardLimits } from './forward.ts'
import { refuse } from './refusals.ts'

export interface GatewayLimits extends ForwardLimits {
  readonly requests: number
  readonly connections: number
}

/** Bodies as long as the services take them (libs/http/httpApp.ts); an answer a little later than the edge would give up (libs/testing/parts/haproxyConfig.ts). */
export const gatewayLimits: GatewayLimits = { bodyBytes: 1_048_576, answerMs: 65_000, requests: 4_096, connections: 4_096 }

/** Longest that a request may take to arrive. */
const ARRIVAL_MS = 30_000
/** As the services have it: devices keep their connections. */
const IDLE_MS = 65_000

/** The side of the gateway that devices see: HTTP/1.1, connections kept open. */
export function gatewayServer(cloud: CloudConnection, limits = gatewayLimits): Server {
  let underWay = 0
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (underWay >= limits.requests) return refuse(response, 'too many')
    underWay++
    response.once('close', () => underWay--)
    // What fails after the answer has begun ends the device's connection; before, it is told.
    forward(cloud, request, response, limits).catch(() => refuse(response, 'cut'))
  }
  const server = createServer({ keepAliveTimeout: IDLE_MS, headersTimeout: ARRIVAL_MS, requestTimeout: ARRIVAL_MS, noDelay: true }, answer)
  server.maxConnections = limits.connections
  return server
}
