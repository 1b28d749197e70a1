import { isUuidv7 } from '@brume/envelope'
import { z } from 'zod'
import { UnusableError } from '../exitCode.ts'
import type { LedgerSource } from '../fsck/ledgerSource.ts'
import { RpcError } from '../fsck/ledgerSource.ts'
import type { BoundedAnswer } from './boundedFetch.ts'
import { boundedFetch } from './boundedFetch.ts'

export interface ChainServerOptions {
  /** Of the platform, such as `http://localhost:8080`. */
  url: string
  chain: string
  token?: string
}

const MEBIBYTE = 1_048_576
const TIMEOUT_MS = 15_000
/** 256 entries of 65,535 bytes and their lengths. */
const MAX_RESOURCE_BYTES = 17 * MEBIBYTE
const MAX_RPC_BYTES = 64 * MEBIBYTE

const rpcAnswer = z.union([z.object({ error: z.object({ message: z.string() }) }), z.object({ result: z.unknown().refine((result) => result !== undefined) })])

/** The public paths of one chain. */
export class ChainServer implements LedgerSource {
  /** Of the chain. */
  readonly url: string
  private readonly headers: Record<string, string>

  constructor({ url, chain, token }: ChainServerOptions) {
    if (!isUuidv7(chain)) throw new UnusableError(`--chain: ${JSON.stringify(chain)} is not a chain id (a lower-case UUIDv7)`)
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new UnusableError(`--url: ${JSON.stringify(url)} is not an http or https URL`)
    this.url = `${url.replace(/\/+$/, '')}/v1/chains/${chain}`
    this.headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  async chain(): Promise<unknown> {
    const { bytes } = this.expectFound('', await this.get('', MEBIBYTE))
    return this.parseJson('', bytes)
  }

  /** The newest signed note. */
  async checkpoint(): Promise<Uint8Array> {
    return this.expectFound('/ledger/checkpoint', await this.get('/ledger/checkpoint', MEBIBYTE)).bytes
  }

  /** Of the prefix of the ledger (C2SP tlog-tiles), such as `tile/0/000.p/5`; nothing when the server has none. */
  async resource(path: string): Promise<Uint8Array | undefined> {
    const answer = await this.get(`/ledger/${path}`, MAX_RESOURCE_BYTES)
    return answer.status === 404 ? undefined : this.expectFound(`/ledger/${path}`, answer).bytes
  }

  /** Throws `RpcError` for an error of JSON-RPC. */
  async rpc(method: string, params: readonly unknown[]): Promise<unknown> {
    const request = { method: 'POST', headers: { ...this.headers, 'content-type': 'application/json' }, maxBytes: MAX_RPC_BYTES, timeoutMs: TIMEOUT_MS } as const
    const answer = await boundedFetch(`${this.url}/rpc`, { ...request, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) })
    const parsed = rpcAnswer.safeParse(this.parseJson('/rpc', this.expectFound('/rpc', answer).bytes))
    if (!parsed.success) throw new UnusableError(`${this.url}/rpc: the answer is not JSON-RPC`)
    if ('error' in parsed.data) throw new RpcError(`${method}: ${parsed.data.error.message}`)
    return parsed.data.result
  }

  private get(path: string, maxBytes: number): Promise<BoundedAnswer> {
    return boundedFetch(this.url + path, { headers: this.headers, maxBytes, timeoutMs: TIMEOUT_MS })
  }

  private expectFound(path: string, answer: BoundedAnswer): BoundedAnswer {
    if (answer.status !== 200) throw new UnusableError(`${this.url}${path}: the server answered ${answer.status}`)
    return answer
  }

  private parseJson(path: string, bytes: Uint8Array): unknown {
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch {
      throw new UnusableError(`${this.url}${path}: the answer is not JSON`)
    }
  }
}
