import { z } from 'zod'
import { MAX_READINGS } from './readingBody.ts'

/** For OpenAPI only; readingBody.ts checks what arrives. */
export const readingsDto = z.strictObject({
  readings: z.array(z.string().describe('a reading: compact JWS of typ brume-reading')).min(1).max(MAX_READINGS),
})

export const acceptedReadingDto = z.object({
  leafHash: z.string().describe('base64url, 43 characters'),
  promise: z.string().describe('compact JWS of typ brume-promise'),
  acceptedAt: z.iso.datetime(),
  anchorBy: z.iso.datetime(),
  chain: z.uuidv7(),
})

const problemDto = z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string().optional() })

export const acceptedReadingsDto = z.object({
  results: z.array(z.union([
    z.object({ status: z.literal(202), leafHash: z.string(), promise: z.int().describe('place in promises') }),
    z.object({ status: z.int().describe('400 to 599'), problem: problemDto }),
  ])).describe('one for each reading, in their order'),
  promises: z.array(z.string()).describe('one compact JWS of typ brume-promise for each chain'),
})
