import { enrolDevice, type BrumeClient } from '@brume/client'
import { makeBindingRequest } from '@brume/envelope'
import { ReadingPool, samplePayload, waitUntil, type SignedReading } from '@brume/testing'

const LIMIT_MS = 120_000
export const PAYLOAD_BYTES = 150

export interface BoundDevice {
  readonly id: string
  readonly chainId: string
  readonly pool: ReadingPool
}

/** A new one: registered, bound and known to ingest, which has accepted its first reading. */
export async function boundDevice(client: BrumeClient, chainId: string): Promise<BoundDevice> {
  const { id, publicJwk, privateJwk, signer } = await enrolDevice(client, 'bench')
  const request = Buffer.from(await makeBindingRequest({ chain: chainId, iat: nowS(), jwk: publicJwk }, signer)).toString('latin1')
  // The ledger learns of a new device a moment after auth has registered it, and ingest of a binding a moment after the ledger has it.
  await waitUntil('the binding', () => client.bindDevice(chainId, id, request), { limitMs: LIMIT_MS })
  const device = { id, chainId, pool: new ReadingPool({ chain: chainId, device: id, privateJwk }) }
  // Ingest accepts a device once its binding has come to it.
  for (const { envelope } of signed(device, 1)) await waitUntil('the first reading', () => client.sendReading(Buffer.from(envelope, 'latin1')), { limitMs: LIMIT_MS })
  return device
}

/** The next readings of a device, 150 bytes each. */
export function signed({ pool }: BoundDevice, count: number): SignedReading[] {
  return pool.take(count, (at) => samplePayload(at, PAYLOAD_BYTES), nowS())
}

function nowS(): number {
  return Math.floor(Date.now() / 1_000)
}
