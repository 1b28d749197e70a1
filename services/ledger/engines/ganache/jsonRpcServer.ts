import http from 'node:http'
import { maxRequestBytes } from '../jsonRpc.ts'

/** Runs one call; what it throws becomes the call's error. */
export type Execute = (method: string, params: readonly unknown[]) => Promise<unknown>

interface Failure {
  code: number
  message: string
  data?: unknown
}
type Answer = { jsonrpc: '2.0'; id: unknown } & ({ result: unknown } | { error: Failure })

const maxBatch = 1_000

/** JSON-RPC 2.0 over HTTP POST. Calls of a batch start in their order and run side by side. */
export function jsonRpcServer(execute: Execute): http.Server {
  // Ganache's own server needs a TCP port; this one is given a Unix socket.
  const server = http.createServer((request, response) => {
    respond(request, response, execute).catch((error: unknown) => {
      console.error(error instanceof Error ? error.stack : error)
      response.destroy()
    })
  })
  server.keepAliveTimeout = 60_000
  return server
}

async function respond(request: http.IncomingMessage, response: http.ServerResponse, execute: Execute): Promise<void> {
  const body = request.method === 'POST' ? await readBody(request) : undefined
  if (body === undefined) {
    response.writeHead(request.method === 'POST' ? 413 : 405, { connection: 'close' }).end()
    return
  }
  const answer = Buffer.from(JSON.stringify(await answerBody(body, execute)))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer)
}

/** Undefined when the body is larger than `maxRequestBytes`; no more than that is kept. */
async function readBody(request: http.IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) { // no encoding is set, so the parts are Buffers
    bytes += part.length
    if (bytes <= maxRequestBytes) parts.push(part)
  }
  return bytes <= maxRequestBytes ? Buffer.concat(parts).toString('utf8') : undefined
}

async function answerBody(body: string, execute: Execute): Promise<Answer | Answer[]> {
  const request = parse(body)
  if (request === undefined) return failed(null, -32700, 'parse error')
  if (!Array.isArray(request)) return answerCall(request, execute)
  if (request.length === 0 || request.length > maxBatch) return failed(null, -32600, `a batch has 1 to ${maxBatch} calls`)
  return Promise.all(request.map((call) => answerCall(call, execute)))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

async function answerCall(call: unknown, execute: Execute): Promise<Answer> {
  if (typeof call !== 'object' || call === null || !('method' in call) || typeof call.method !== 'string') return failed(null, -32600, 'invalid request')
  const id = 'id' in call ? call.id : null
  const params: unknown = 'params' in call ? call.params : []
  if (!Array.isArray(params)) return failed(id, -32602, 'params must be an array')
  try {
    return { jsonrpc: '2.0', id, result: (await execute(call.method, params)) ?? null }
  } catch (error) {
    return { jsonrpc: '2.0', id, error: failureOf(error) }
  }
}

function failed(id: unknown, code: number, message: string): Answer {
  return { jsonrpc: '2.0', id, error: { code, message } }
}

/** Ganache's errors carry a JSON-RPC code, or none; a failed call has the revert data. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: -32603, message: String(error) }
  const code = 'code' in error && typeof error.code === 'number' ? error.code : -32000
  return { code, message: error.message, ...('data' in error ? { data: error.data } : {}) }
}
