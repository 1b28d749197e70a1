import { STATUS_CODES } from 'node:http'
import type { RpcUnavailable, RpcUnavailableReason } from '../jsonRpc.ts'

/** The reasons of RpcUnavailable stand here under their own names, so that who asks through the host is told as on the engine's own socket. */
const rpcStatus = {
  'request-too-large': 413,
  interrupted: 502,
  'too-large': 502,
  malformed: 502,
  closed: 503,
  'not-connected': 503,
  overloaded: 503,
  timeout: 504,
} satisfies Record<RpcUnavailableReason, number>

/** All that the host refuses. */
const statusOf = {
  ...rpcStatus,
  'bad-request': 400,
  'token-invalid': 401,
  'not-found': 404,
  'other-spec': 409,
  /** The volume belongs to another chain, or the like: do not try again. */
  'engine-refused': 409,
  /** The life that was asked for is over: order the engine again. */
  'life-over': 410,
  'media-type': 415,
  internal: 500,
  /** Not up, or not gone: try again later. */
  'engine-failed': 503,
  draining: 503,
} as const

export type RefusalCode = keyof typeof statusOf

/** The message is sent. */
export class HostRefusal extends Error {
  override readonly name = 'HostRefusal'
  readonly code: RefusalCode
  readonly status: number

  constructor(code: RefusalCode, detail: string) {
    super(detail)
    this.code = code
    this.status = statusOf[code]
  }

  static of({ reason, detail }: RpcUnavailable): HostRefusal {
    return new HostRefusal(reason, detail)
  }

  /** RFC 9457. `code` is what programs read. */
  body(): object {
    return { type: 'about:blank', title: STATUS_CODES[this.status], status: this.status, code: this.code, detail: this.message }
  }
}
