import { parseReading } from './envelope.ts'
import { signable, signUnchecked } from './signJws.ts'
import type { Signer } from './signer.ts'

export interface ReadingToSign {
  chain: string
  seq: number
  /** Left out of the header when 0 or absent. */
  epoch?: number
  /** Seconds since 1970 by the device's own clock. */
  iat: number
  /** Leaf hash of the device's previous envelope on this chain, base64url. */
  prv?: string
  cty?: string
}

/** A device's side: the envelope to send. Throws `UnsignableError` for what ingest would refuse. */
export async function signReading({ epoch, ...reading }: ReadingToSign, payload: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const signed = await signUnchecked({ typ: 'brume-reading', ...reading, epoch: epoch === 0 ? undefined : epoch }, payload, signer)
  return signable(signed, parseReading(signed))
}
