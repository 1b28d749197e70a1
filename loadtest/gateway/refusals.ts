import type { ServerResponse } from 'node:http'

/** What the gateway answers itself: RFC 9457 problems, as the edge's own are (libs/testing/parts/haproxyConfig.ts). */
const refusals = {
  'too large': { status: 413, title: 'The body is too large' },
  'cloud away': { status: 502, title: 'The cloud cannot be reached from this site' },
  'cut': { status: 502, title: 'The connection to the cloud ended before it had answered: nobody knows what became of the request' },
  'too many': { status: 503, title: 'The site has too many requests under way' },
  'too late': { status: 504, title: 'The cloud did not answer in time: nobody knows what became of the request' },
} as const

export type Refusal = keyof typeof refusals

/** Nobody has seen the request: it may be sent again. */
const sendAgain: ReadonlySet<Refusal> = new Set<Refusal>(['cloud away', 'too many'])

/**
 * Once an answer has begun, only the end of the connection says that the rest does not come. Before, the device may still be sending: Node's server reads the
 * rest of the body after an answer, so that the device hears it (RFC 9112 section 9.6).
 */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.destroyed || response.headersSent) return void response.destroy()
  const { status, title } = refusals[refusal]
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...(sendAgain.has(refusal) && { 'retry-after': '1' }) }
  response.writeHead(status, headers).end(JSON.stringify({ type: 'about:blank', title, status }))
}
