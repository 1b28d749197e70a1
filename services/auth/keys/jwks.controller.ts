import { Controller, Get, Header, Inject } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { z } from 'zod'
import type { KEYS, KeyState } from '@brume/event-log'
import { Answers, Public } from '@brume/http'
import { KEY_VIEW, type TableView } from '@brume/runtime'

/** RFC 7517. `use` is `sig` for all, or JOSE libraries would pass them over; what each signs is told by `brume_use` (section 4 allows further members). */
const jwksDto = z.object({
  keys: z.array(z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string().optional(), kid: z.string(), use: z.literal('sig'), alg: z.string(), brume_use: z.enum(['token', 'promise', 'platform']) })),
})
type Jwk = z.output<typeof jwksDto>['keys'][number]

@ApiTags('keys')
@Public()
@Controller('.well-known')
export class JwksController {
  constructor(@Inject(KEY_VIEW) private readonly keys: TableView<typeof KEYS>) {}

  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=60')
  @Answers(200, jwksDto, 'The public keys of the platform: what signs tokens, promises and platform entries.')
  jwks(): z.output<typeof jwksDto> {
    const published = [...this.keys.values()].filter(isPublished).map(jwkOf)
    return { keys: published.sort((a, b) => (a.kid < b.kid ? -1 : 1)) }
  }
}

/** A promise stays checkable for ever, a token must not: whoever checks tokens by this set would go on taking those of a retired key. */
function isPublished({ use, status }: KeyState): boolean {
  return use !== 'token' || status === 'active'
}

function jwkOf({ kid, use, jwk: { kty, crv, x, y } }: KeyState): Jwk {
  return { kty, crv, x, ...(y !== undefined && { y }), kid, use: 'sig', alg: kty === 'OKP' ? 'EdDSA' : 'ES256', brume_use: use }
}
