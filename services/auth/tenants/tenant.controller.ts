import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { z } from 'zod'
import { Answers, IdempotencyKey, Refuses, RefusesWithoutToken, RequireOperator, commonProblems, pageQuery, type PageQuery } from '@brume/http'
import { IdempotentPost } from '../idempotentPost.ts'
import { noBody } from '../noBody.ts'
import { authProblems } from '../problems.ts'
import { TenantTokens, tokenGrant } from '../tokens/tenantTokens.ts'
import { createdTenantDto, issuedTokenDto, newTenantDto, tenantDto, tenantIdDto, tenantPageDto, type NewTenant } from './tenant.dto.ts'
import { TenantService } from './tenant.service.ts'

/** The operator has no tenant; UUIDs never look like this. */
const OPERATOR = 'operator'
const grantedTenant = z.object({ tenant: tenantDto, grant: tokenGrant })

@ApiTags('tenants')
@RefusesWithoutToken()
@Refuses(commonProblems, 'operator-only')
@RequireOperator()
@Controller('v1/tenants')
export class TenantController {
  constructor(private readonly tenants: TenantService, private readonly tokens: TenantTokens, private readonly posts: IdempotentPost) {}

  @Post()
  @Answers(201, createdTenantDto, 'The tenant, with its first token.')
  async create(@Body({ schema: newTenantDto }) body: NewTenant, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    const answer = await this.posts.run({ tenantId: OPERATOR, path: '/v1/tenants', key, payload: body }, (keep) => this.tenants.create(body, keep))
    const { tenant, grant } = grantedTenant.parse(answer)
    return { ...tenant, token: (await this.tokens.issue(grant)).token }
  }

  @Get()
  @Answers(200, tenantPageDto, 'All tenants, in the order of their ids.')
  list(@Query({ schema: pageQuery }) query: PageQuery): Promise<unknown> {
    return this.tenants.list(query)
  }

  @Get(':id')
  @Answers(200, tenantDto, 'The tenant.')
  @Refuses(authProblems, 'tenant-not-found')
  get(@Param('id', { schema: tenantIdDto }) id: string): Promise<unknown> {
    return this.tenants.get(id)
  }

  @Post(':id/tokens')
  @Answers(201, issuedTokenDto, 'A new token of the tenant. Older ones stay good until they expire.')
  @Refuses(authProblems, 'tenant-not-found')
  async issue(@Param('id', { schema: tenantIdDto }) id: string, @Body({ schema: noBody }) _: unknown, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    const answer = await this.posts.run({ tenantId: OPERATOR, path: `/v1/tenants/${id}/tokens`, key, payload: null }, (keep) => this.tenants.grantToken(id, keep))
    return this.tokens.issue(tokenGrant.parse(answer))
  }
}
