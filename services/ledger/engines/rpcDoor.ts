import { z } from 'zod'
import type { RpcCall, RpcOutcome } from './jsonRpc.ts'
import { RpcError, RpcUnavailable } from './jsonRpc.ts'
import type { DoorMethod, LogFilter } from './rpcDoorMethods.ts'
import { doorLimits, doorMethods, isDoorMethod } from './rpcDoorMethods.ts'

/** JSON-RPC 2.0 section 5.1; -32005 is EIP-1474's "limit exceeded". */
export const doorCodes = { parse: -32700, invalidRequest: -32600, methodNotFound: -32601, invalidParams: -32602, internal: -32603, unavailable: -32002, limit: -32005 } as const

export type DoorId = string | number | null
export type DoorAnswer = { readonly jsonrpc: '2.0'; readonly id: DoorId } & ({ readonly result: unknown } | { readonly error: { code: number; message: string; data?: unknown } })

/** One call of a request: to be asked of the engine, answered already, or a notification (no id), which a read-only door need not run. */
export type DoorItem =
  | { readonly kind: 'call'; readonly id: DoorId; readonly call: RpcCall }
  | { readonly kind: 'refused'; readonly answer: DoorAnswer }
  | { readonly kind: 'notification' }

export interface DoorRequest {
  readonly isBatch: boolean
  readonly items: readonly DoorItem[]
}

const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().max(256), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
})

/**
 * Reads what a stranger sent to the door. `latestBlock` is the chain's current block number: a log filter that ends at `latest` spans up to it.
 * Ask the engine for the `calls` of the result, then give the outcomes to `doorAnswers`.
 */
export function validateDoorRequest(body: string, latestBlock: number): DoorRequest {
  const request = parse(body)
  if (request === undefined) return single(refused(null, doorCodes.parse, 'parse error'))
  if (!Array.isArray(request)) return single(itemOf(request, latestBlock))
  if (request.length === 0) return single(refused(null, doorCodes.invalidRequest, 'an empty batch'))
  if (request.length > doorLimits.batch) return single(refused(null, doorCodes.limit, `a batch has at most ${doorLimits.batch} calls`))
  return { isBatch: true, items: request.map((one) => itemOf(one, latestBlock)) }
}

/** What is to be asked of the engine, in order. */
export function doorCalls(request: DoorRequest): RpcCall[] {
  return request.items.flatMap((item) => (item.kind === 'call' ? [item.call] : []))
}

/** The body of the answer; undefined when there were only notifications (HTTP 204). `outcomes` belong to `doorCalls` in order. */
export function doorAnswers(request: DoorRequest, outcomes: readonly RpcOutcome[]): DoorAnswer | DoorAnswer[] | undefined {
  const left = outcomes.values()
  const answers = request.items.flatMap((item) => answersOf(item, left))
  if (answers.length === 0) return undefined
  return request.isBatch ? answers : answers[0]
}

/** When the engine gave no answer at all: every call gets the same error. */
export function doorUnavailable(request: DoorRequest, error: RpcUnavailable): DoorAnswer | DoorAnswer[] | undefined {
  const code = error.reason === 'too-large' ? doorCodes.limit : doorCodes.unavailable
  const message = error.reason === 'too-large' ? 'the answer is too large, ask for less' : 'the chain does not answer now, try again'
  return doorAnswers(request, doorCalls(request).map(() => ({ ok: false, error: new RpcError(code, message) })))
}

function answersOf(item: DoorItem, left: Iterator<RpcOutcome>): DoorAnswer[] {
  if (item.kind === 'notification') return []
  if (item.kind === 'refused') return [item.answer]
  const next = left.next()
  if (next.done) throw new Error('fewer outcomes than calls')
  return [answered(item.id, next.value)]
}

function answered(id: DoorId, outcome: RpcOutcome): DoorAnswer {
  if (outcome.ok) return { jsonrpc: '2.0', id, result: outcome.result ?? null }
  const { code, message, data } = outcome.error
  return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } }
}

function itemOf(request: unknown, latestBlock: number): DoorItem {
  const parsed = requestSchema.safeParse(request)
  if (!parsed.success) return refused(null, doorCodes.invalidRequest, 'invalid request')
  const { id, method, params } = parsed.data
  if (id === undefined) return { kind: 'notification' }
  if (!isDoorMethod(method)) return refused(id, doorCodes.methodNotFound, 'the method does not exist or is not served here')
  return callOf(id, method, params, latestBlock)
}

function callOf(id: DoorId, method: DoorMethod, params: unknown[], latestBlock: number): DoorItem {
  const checked = doorMethods[method].safeParse(params)
  if (!checked.success) return refused(id, doorCodes.invalidParams, firstProblem(checked.error))
  if (method === 'eth_getLogs' && logSpan(checked.data[0] as LogFilter, latestBlock) > doorLimits.logBlocks) { // parsed by eth_getLogs' own schema
    return refused(id, doorCodes.limit, `eth_getLogs spans at most ${doorLimits.logBlocks} blocks`)
  }
  return { kind: 'call', id, call: { method, params: checked.data } }
}

function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0]
  return `invalid params: ${issue === undefined ? '' : `${['params', ...issue.path].join('.')} ${issue.message}`}`
}

/** Blocks that the filter looks at. A reversed range is the engine's to refuse. */
function logSpan(filter: LogFilter, latestBlock: number): number {
  if ('blockHash' in filter) return 1
  return blockNumberOf(filter.toBlock, latestBlock) - blockNumberOf(filter.fromBlock, latestBlock) + 1
}

function blockNumberOf(block: string, latestBlock: number): number {
  if (block === 'earliest') return 0
  return block.startsWith('0x') ? Number(block) : latestBlock
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function single(item: DoorItem): DoorRequest {
  return { isBatch: false, items: [item] }
}

function refused(id: DoorId, code: number, message: string): DoorItem {
  return { kind: 'refused', answer: { jsonrpc: '2.0', id, error: { code, message } } }
}
