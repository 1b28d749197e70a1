import { pageOf } from '@brume/http'
import { z } from 'zod'

export const leafHashDto = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'must be a leaf hash: 32 bytes in base64url, 43 characters')

export const entryDto = z.object({
  leafHash: z.string(),
  index: z.int(),
  typ: z.string(),
  device: z.string().optional(),
  envelope: z.string().describe('the exact bytes of the entry: a compact JWS'),
  flags: z.array(z.string()).describe('derived from the entries before: repeat, equivocation, unbound, suspended, revoked, staleKey'),
  acceptedAt: z.string(),
  state: z.enum(['sequenced', 'anchored']),
})
export type EntryResource = z.output<typeof entryDto>

export const entryPageDto = pageOf(entryDto)
