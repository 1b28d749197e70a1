import type { IncomingHttpHeaders } from 'node:http'
import type { IncomingHttpHeaders as StreamHeaders, OutgoingHttpHeaders } from 'node:http2'

/** Of one connection only (RFC 9110 section 7.6.1), and what HTTP/2 forbids (RFC 9113 section 8.2.2). */
const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings'])
/** The hop to the device is answered by us: Node has already sent 100 Continue. */
const answeredHere: ReadonlySet<string> = new Set([...hopByHop, 'expect', 'host'])

export interface RequestLine {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** A device's HTTP/1.1 request as an HTTP/2 one (RFC 9113 section 8.3.1). */
export function towardsCloud({ method = 'GET', url = '/', headers }: RequestLine, authority: string): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim()))
  const kept = Object.entries(headers).filter(([name]) => !answeredHere.has(name) && !named.has(name))
  return { ...Object.fromEntries(kept), ':method': method, ':scheme': 'http', ':authority': headers.host ?? authority, ':path': url }
}

/** The cloud's answer for the device: without the pseudo-headers of HTTP/2. */
export function towardsDevice(headers: StreamHeaders): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name, value]) => !name.startsWith(':') && !hopByHop.has(name) && value !== undefined)
  // What is undefined was left out.
  return Object.fromEntries(kept) as Record<string, string | string[]>
}
