/** How the ledger talks to an engine: JSON-RPC 2.0, whatever carries it. */
export interface JsonRpc {
  /** @throws RpcError when the engine answered with an error, RpcUnavailable when there is no usable answer. */
  call(method: string, params: readonly unknown[], options?: RpcCallOptions): Promise<unknown>
  /** One request, answers in the order of the calls. An error of one call is a value, so that it hides no other. */
  batch(calls: readonly RpcCall[], options?: RpcCallOptions): Promise<RpcOutcome[]>
  /** Ends everything in flight with RpcUnavailable. */
  close(): void
}

export interface RpcCall {
  readonly method: string
  readonly params: readonly unknown[]
}

export interface RpcCallOptions {
  /** From the call to the whole answer, waiting for a free connection included. */
  readonly timeoutMs?: number
}

export type RpcOutcome = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: RpcError }

/** The engine understood the call and refused it. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data?: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/**
 * Why there is no answer. After `interrupted`, `timeout`, `too-large` and `malformed` the call may have been executed: ask again before you
 * act on it, or send only what may run twice (a raw signed transaction may). After the others it was not.
 */
export const rpcUnavailableReasons = ['not-connected', 'overloaded', 'request-too-large', 'closed', 'interrupted', 'timeout', 'too-large', 'malformed'] as const
export type RpcUnavailableReason = (typeof rpcUnavailableReasons)[number]

export class RpcUnavailable extends Error {
  override readonly name = 'RpcUnavailable'
  readonly reason: RpcUnavailableReason
  readonly detail: string

  constructor(reason: RpcUnavailableReason, detail: string) {
    super(`chain engine unavailable (${reason}): ${detail}`)
    this.reason = reason
    this.detail = detail
  }
}

/** Larger requests are refused by both ends. One envelope of full size is 128 KiB as hexadecimal calldata. */
export const maxRequestBytes = 2 * 1024 * 1024
