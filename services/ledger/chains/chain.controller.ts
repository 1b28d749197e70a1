import { Answers, Idempotency, IdempotencyKey, MaybeTenant, pageQuery, Refuses, RefusesWithoutToken, RequireTenant, Tenant, TenantOrPublic, type PageQuery, type Principal } from '@brume/http'
import type { Transaction } from '@brume/prisma'
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common'
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { ledgerProblems } from '../problems.ts'
import { CHAIN_SERVICE, LEDGER_IDEMPOTENCY } from '../tokens.ts'
import { chainDto, chainIdDto, chainPageDto, newChainDto, type NewChainRequest } from './chain.dto.ts'
import type { ChainService } from './chain.service.ts'

@ApiTags('chains')
@ApiBearerAuth()
@RefusesWithoutToken()
@RequireTenant()
@Controller('v1/chains')
export class ChainController {
  constructor(
    @Inject(CHAIN_SERVICE) private readonly chains: ChainService,
    @Inject(LEDGER_IDEMPOTENCY) private readonly idempotency: Idempotency<Transaction>,
  ) {}

  @Post()
  @Answers(202, chainDto, 'The chain is being made; ask until its state is ready.')
  async create(@Tenant() { tenantId }: Principal, @IdempotencyKey() key: string | undefined, @Body({ schema: newChainDto }) body: NewChainRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const request = { tenantId, method: 'POST', path: '/v1/chains', key, payload: body }
    const response = await this.idempotency.run(request, (record) => this.chains.create(tenantId, body, record))
    reply.status(response.status)
    return response.body
  }

  @Get()
  @Answers(200, chainPageDto, 'The chains of the tenant, in the order of their ids.')
  list(@Tenant() { tenantId }: Principal, @Query({ schema: pageQuery }) query: PageQuery): Promise<unknown> {
    return this.chains.list(tenantId, query)
  }

  @TenantOrPublic()
  @Get(':id')
  @Answers(200, chainDto, 'The chain.')
  @Refuses(ledgerProblems, 'chain-not-found')
  async get(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string): Promise<unknown> {
    return this.chains.toResource(await this.chains.readable(id, principal))
  }

  @Post(':id/start')
  @HttpCode(202)
  @Answers(202, chainDto, 'The chain is starting.')
  @Refuses(ledgerProblems, 'chain-not-found', 'chain-state-conflict')
  start(@Tenant() principal: Principal, @Param('id', { schema: chainIdDto }) id: string): Promise<unknown> {
    return this.chains.request(id, principal, 'start')
  }

  @Post(':id/stop')
  @HttpCode(202)
  @Answers(202, chainDto, 'The chain anchors what waits, then stops. Readings are refused meanwhile.')
  @Refuses(ledgerProblems, 'chain-not-found', 'chain-state-conflict')
  stop(@Tenant() principal: Principal, @Param('id', { schema: chainIdDto }) id: string): Promise<unknown> {
    return this.chains.request(id, principal, 'stop')
  }

  @Delete(':id')
  @HttpCode(202)
  @Answers(202, chainDto, 'The chain is deleted with its engine\'s volume.')
  @Refuses(ledgerProblems, 'chain-not-found', 'chain-state-conflict')
  delete(@Tenant() principal: Principal, @Param('id', { schema: chainIdDto }) id: string): Promise<unknown> {
    return this.chains.request(id, principal, 'delete')
  }
}
