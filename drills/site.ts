import { generateDeviceKey, makeBindingRequest, signerFromPrivateJwk, type PrivateJwk } from '@brume/envelope'
import type { SendingDevice } from './traffic.ts'
import { pause } from './traffic.ts'

const LIMIT_MS = 60_000

/** The public API as a drill needs it: a tenant's chains and devices, by plain HTTP. */
export class Site {
  constructor(private readonly url: () => string, private readonly token: string) {}

  async request(method: string, path: string, body?: object, limitMs = 15_000): Promise<{ status: number; body: any }> { // `any`: each drill says what it expects
    const response = await fetch(`${this.url()}${path}`, {
      method, signal: AbortSignal.timeout(limitMs),
      headers: { authorization: `Bearer ${this.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text }
  }

  async chain(writeMode: 'batched' | 'direct', anchoring = { maxDelayMs: 150, maxReadings: 100, slackMs: 10_000 }): Promise<string> {
    const { status, body } = await this.request('POST', '/v1/chains', { name: `${writeMode} drill`, writeMode, anchoring, public: true })
    if (status !== 202) throw new Error(JSON.stringify(body))
    await this.until(`chain ${body.id} is ready`, async () => (await this.request('GET', `/v1/chains/${body.id}`)).body.state === 'ready')
    return body.id
  }

  async device(chain: string): Promise<SendingDevice & { id: string; privateJwk: PrivateJwk }> {
    const { publicJwk, privateJwk } = await generateDeviceKey('EdDSA')
    const registered = await this.request('POST', '/v1/devices', { name: 'drill', jwk: publicJwk })
    if (registered.status !== 201) throw new Error(JSON.stringify(registered.body))
    const { id } = registered.body
    const signer = await signerFromPrivateJwk(privateJwk, `${id}#1`)
    const request = Buffer.from(await makeBindingRequest({ chain, iat: 1, jwk: publicJwk }, signer)).toString()
    await this.until('the device is bound', async () => (await this.request('PUT', `/v1/chains/${chain}/devices/${id}`, { request })).status < 300)
    return { chain, signer, id, privateJwk }
  }

  /** Every entry of the ledger, in order. */
  async entries(chain: string): Promise<{ leafHash: string; index: number; flags: string[]; state: string; acceptedAt: string }[]> {
    const items = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await this.request('GET', `/v1/chains/${chain}/readings?limit=1000${cursor && `&cursor=${cursor}`}`)
      if (status !== 200) throw new Error(JSON.stringify(body))
      items.push(...body.items)
      cursor = body.next
    }
    return items
  }

  async until(what: string, holds: () => Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
    const end = Date.now() + limitMs
    while (!(await holds().catch(() => false))) {
      if (Date.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`)
      await pause(50)
    }
  }
}
