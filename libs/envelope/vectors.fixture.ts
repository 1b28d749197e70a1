import { readFileSync } from 'node:fs'
import { z } from 'zod'

const accepted = z.object({
  keys: z.object({ ed25519: z.unknown(), p256: z.unknown() }),
  vectors: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      key: z.enum(['ed25519', 'p256']),
      envelope: z.string(),
      expected: z.object({
        typ: z.string(),
        kid: z.string(),
        chain: z.string(),
        seq: z.number().optional(),
        epoch: z.number().optional(),
        jti: z.string().optional(),
        payload: z.string(),
        leafHash: z.string(),
      }),
    }),
  ),
})

const refused = z.object({
  vectors: z.array(
    z.object({ name: z.string(), source: z.string(), code: z.string(), envelope: z.string().optional(), bytes: z.string().optional(), padTo: z.number().optional() }),
  ),
})

function read(name: string): unknown {
  // From the sources; compiled tests are not run.
  return JSON.parse(readFileSync(new URL(`../../vectors/envelope/${name}`, import.meta.url), 'utf8'))
}

export const acceptedVectors = accepted.parse(read('accepted.json'))
export const refusedVectors = refused.parse(read('refused.json')).vectors

export function refusedBytes({ envelope = '', bytes, padTo = 0 }: (typeof refusedVectors)[number]): Uint8Array {
  return bytes === undefined ? new TextEncoder().encode(envelope.padEnd(padTo, 'A')) : new Uint8Array(Buffer.from(bytes, 'base64'))
}
