import type { DeadLetterOptions, PageOptions } from './pages.ts'
import { itemsOf, pageQueryOf } from './pages.ts'
import type {
  BatchReceipt, Binding, ChainResource, ChainState, CreatedTenant, DeadLetter, DeadLetterWithValue, DeviceResource, EntryResource, NewChain, NewDevice, NewDeviceKey, Page, PublishedKey, Receipt, Tenant,
} from './resources.ts'
import { ProblemError, UnexpectedAnswerError } from './http/problemError.ts'
import { realWait } from './http/retry.ts'
import type { ApiRequest, TransportOptions } from './http/transport.ts'
import { jsonOf, Transport } from './http/transport.ts'
import { waitFor, type WaitOptions } from './waiting.ts'

export interface BrumeClientOptions extends TransportOptions {
  /** Makes Idempotency-Keys (default: random UUIDs). */
  readonly newKey?: () => string
}

/** Every route of the platform by one method each. Uses nothing but `fetch`, so it runs in a browser too. */
export class BrumeClient {
  readonly #options: BrumeClientOptions
  readonly #transport: Transport

  constructor(options: BrumeClientOptions) {
    this.#options = options
    this.#transport = new Transport(options)
  }

  /** The same platform with another token, or with none. */
  as(token: string | undefined): BrumeClient {
    return new BrumeClient({ ...this.#options, token })
  }

  // Tenants: with the operator's token.

  createTenant(name: string): Promise<CreatedTenant> {
    return this.#create('/v1/tenants', { name })
  }

  tenant(tenantId: string): Promise<Tenant> {
    return this.#get(`/v1/tenants/${tenantId}`)
  }

  tenants(options: PageOptions = {}): AsyncGenerator<Tenant, void, undefined> {
    return this.#list('/v1/tenants', options)
  }

  issueToken(tenantId: string): Promise<{ token: string }> {
    return this.#create(`/v1/tenants/${tenantId}/tokens`)
  }

  // Dead letters: with the operator's token.

  /** In the order of their records' times; without the values. */
  deadLetters(options: DeadLetterOptions = {}): AsyncGenerator<DeadLetter, void, undefined> {
    return this.#list('/v1/dead-letters', options)
  }

  deadLetter(letterId: string): Promise<DeadLetterWithValue> {
    return this.#get(`/v1/dead-letters/${letterId}`)
  }

  /** Puts the record on the log again. A letter that is closed already comes back as it is. */
  replayDeadLetter(letterId: string): Promise<DeadLetter> {
    return this.#create(`/v1/dead-letters/${letterId}/replay`)
  }

  // Devices

  registerDevice(device: NewDevice): Promise<DeviceResource> {
    return this.#create('/v1/devices', device)
  }

  device(deviceId: string): Promise<DeviceResource> {
    return this.#get(`/v1/devices/${deviceId}`)
  }

  devices(options: PageOptions = {}): AsyncGenerator<DeviceResource, void, undefined> {
    return this.#list('/v1/devices', options)
  }

  suspendDevice(deviceId: string): Promise<DeviceResource> {
    return this.#create(`/v1/devices/${deviceId}/suspend`)
  }

  resumeDevice(deviceId: string): Promise<DeviceResource> {
    return this.#create(`/v1/devices/${deviceId}/resume`)
  }

  /** For good. */
  revokeDevice(deviceId: string): Promise<DeviceResource> {
    return this.#create(`/v1/devices/${deviceId}/revoke`)
  }

  replaceDeviceKey(deviceId: string, key: NewDeviceKey): Promise<DeviceResource> {
    return this.#create(`/v1/devices/${deviceId}/keys`, key)
  }

  // Chains

  createChain(chain: NewChain): Promise<ChainResource> {
    return this.#create('/v1/chains', chain)
  }

  chain(chainId: string): Promise<ChainResource> {
    return this.#get(`/v1/chains/${chainId}`)
  }

  chains(options: PageOptions = {}): AsyncGenerator<ChainResource, void, undefined> {
    return this.#list('/v1/chains', options)
  }

  startChain(chainId: string): Promise<ChainResource> {
    return this.#act('POST', `/v1/chains/${chainId}/start`)
  }

  stopChain(chainId: string): Promise<ChainResource> {
    return this.#act('POST', `/v1/chains/${chainId}/stop`)
  }

  deleteChain(chainId: string): Promise<ChainResource> {
    return this.#act('DELETE', `/v1/chains/${chainId}`)
  }

  /** Throws when the chain fails on the way, with its reason, or at the limit. */
  waitForChain(chainId: string, state: ChainState, options?: WaitOptions): Promise<ChainResource> {
    const look = async () => {
      const chain = await this.chain(chainId)
      if (chain.state === 'failed' && state !== 'failed') throw new UnexpectedAnswerError(`chain ${chainId} has failed: ${chain.reason ?? 'no reason given'}`)
      return chain.state === state ? chain : undefined
    }
    return this.#wait(`state ${state} of chain ${chainId}`, look, options)
  }

  // Bindings

  /** `request`: what the device signed, see `Device.bindingRequest`. */
  async bindDevice(chainId: string, deviceId: string, request: string): Promise<Binding> {
    return jsonOf(await this.#transport.send({ method: 'PUT', path: `/v1/chains/${chainId}/devices/${deviceId}`, body: json({ request }), repeatable: true }))
  }

  binding(chainId: string, deviceId: string): Promise<Binding> {
    return this.#get(`/v1/chains/${chainId}/devices/${deviceId}`)
  }

  bindings(chainId: string, options: PageOptions = {}): AsyncGenerator<Binding, void, undefined> {
    return this.#list(`/v1/chains/${chainId}/devices`, options)
  }

  // Readings: no token, the signature is the authorisation.

  /** The same envelope may be sent again: it has the same receipt. */
  async sendReading(envelope: Uint8Array<ArrayBuffer>): Promise<Receipt> {
    return jsonOf(await this.#transport.send({ method: 'POST', path: '/v1/readings', body: { type: 'application/jose', content: envelope }, repeatable: true }))
  }

  /** At most 1,000 envelopes and 1 MiB. Does not throw where every reading was refused: each has its result. */
  async sendReadings(envelopes: readonly string[]): Promise<BatchReceipt> {
    try {
      return jsonOf(await this.#transport.send({ method: 'POST', path: '/v1/readings', body: json({ readings: envelopes }), repeatable: true }))
    } catch (error) {
      // The document has the results of the request that it refuses as a whole; the route's own form, as elsewhere.
      if (error instanceof ProblemError && error.code === 'no-reading-accepted') return { results: error.problem.results as BatchReceipt['results'], promises: [] }
      throw error
    }
  }

  // What is read stands under the chain.

  /** All entries in the ledger's order, bindings and other control entries too. */
  entries(chainId: string, options: PageOptions = {}): AsyncGenerator<EntryResource, void, undefined> {
    return this.#list(`/v1/chains/${chainId}/readings`, options)
  }

  entry(chainId: string, leafHash: string): Promise<EntryResource> {
    return this.#get(`/v1/chains/${chainId}/readings/${leafHash}`)
  }

  /** Until a final block covers the entry. */
  waitForAnchor(chainId: string, leafHash: string, options?: WaitOptions): Promise<EntryResource> {
    const look = async () => {
      const entry = await this.entry(chainId, leafHash).catch(undefinedFor('reading-not-found'))
      return entry?.state === 'anchored' ? entry : undefined
    }
    return this.#wait(`the anchor of ${leafHash}`, look, options)
  }

  /** The proof file, byte for byte: for `parseProof` of @brume/proof. */
  proof(chainId: string, leafHash: string): Promise<Uint8Array> {
    return this.#bytes(`/v1/chains/${chainId}/proofs/${leafHash}`)
  }

  waitForProof(chainId: string, leafHash: string, options?: WaitOptions): Promise<Uint8Array> {
    const look = () => this.proof(chainId, leafHash).catch(undefinedFor('proof-not-ready', 'reading-not-found'))
    return this.#wait(`the proof of ${leafHash}`, look, options)
  }

  /** C2SP tlog-proof v1. */
  tlogProof(chainId: string, leafHash: string): Promise<string> {
    return this.#text(`/v1/chains/${chainId}/proofs/${leafHash}.tlog-proof`)
  }

  /** The newest signed note (C2SP tlog-checkpoint). */
  checkpoint(chainId: string): Promise<string> {
    return this.#text(`/v1/chains/${chainId}/ledger/checkpoint`)
  }

  /** `path` below the ledger's prefix, such as `tile/0/000.p/5` or `tile/entries/000` (C2SP tlog-tiles). */
  ledgerResource(chainId: string, path: string): Promise<Uint8Array> {
    return this.#bytes(`/v1/chains/${chainId}/ledger/${path}`)
  }

  /** One call through the read-only JSON-RPC door of the chain. */
  async rpc(chainId: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
    const body = json({ jsonrpc: '2.0', id: 1, method, params })
    const answer = jsonOf<{ result?: unknown; error?: { code: number; message: string } }>(await this.#transport.send({ method: 'POST', path: `/v1/chains/${chainId}/rpc`, body, repeatable: true }))
    if (answer.error) throw new UnexpectedAnswerError(`${method}: ${answer.error.message} (${answer.error.code})`)
    return answer.result
  }

  /** The platform's public keys (RFC 7517): for tokens, promises and platform entries. */
  async publishedKeys(): Promise<readonly PublishedKey[]> {
    return (await this.#get<{ keys: readonly PublishedKey[] }>('/.well-known/jwks.json')).keys
  }

  #list<Item>(path: string, options: PageOptions): AsyncGenerator<Item, void, undefined> {
    return itemsOf((cursor) => this.#get<Page<Item>>(path + pageQueryOf(cursor, options)))
  }

  async #get<T>(path: string): Promise<T> {
    return jsonOf(await this.#transport.send(reading(path)))
  }

  async #bytes(path: string): Promise<Uint8Array> {
    return (await this.#transport.send(reading(path))).bytes
  }

  async #text(path: string): Promise<string> {
    return new TextDecoder().decode(await this.#bytes(path))
  }

  /** A POST with an Idempotency-Key: all its tries are one request to the service. */
  async #create<T>(path: string, body?: unknown): Promise<T> {
    const { newKey = () => crypto.randomUUID() } = this.#options
    return jsonOf(await this.#transport.send({ method: 'POST', path, ...(body !== undefined && { body: json(body) }), idempotencyKey: newKey(), repeatable: true }))
  }

  /** Not repeated: a second arrival could meet another state. */
  async #act<T>(method: 'POST' | 'DELETE', path: string): Promise<T> {
    return jsonOf(await this.#transport.send({ method, path, repeatable: false }))
  }

  #wait<T>(what: string, look: () => Promise<T | undefined>, options?: WaitOptions): Promise<T> {
    return waitFor(what, look, this.#options.wait ?? realWait, options)
  }
}

function reading(path: string): ApiRequest {
  return { method: 'GET', path, repeatable: true }
}

function json(value: unknown): NonNullable<ApiRequest['body']> {
  return { type: 'application/json', content: JSON.stringify(value) }
}

function undefinedFor(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ProblemError && codes.includes(error.code)) return undefined
    throw error
  }
}
