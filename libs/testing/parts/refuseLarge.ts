import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * 413 for a body that is too large, after all of it has been read. A service refuses by Content-Length and closes at once, and so does haproxy: whoever is
 * still writing then hears a reset connection and not the answer (RFC 9112 section 9.6).
 */
export function refuseLarge(request: IncomingMessage, response: ServerResponse): void {
  request.resume().once('end', () => {
    const problem = { type: '/problems/body-too-large', title: 'The body is too large', status: 413, instance: randomUUID() }
    response.writeHead(413, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
  })
}
