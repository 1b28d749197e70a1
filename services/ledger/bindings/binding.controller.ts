import { Answers, pageQuery, Refuses, RefusesWithoutToken, RequireTenant, Tenant, type PageQuery, type Principal } from '@brume/http'
import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common'
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { chainIdDto } from '../chains/chain.dto.ts'
import type { ChainService } from '../chains/chain.service.ts'
import { ledgerProblems } from '../problems.ts'
import { BINDING_SERVICE, CHAIN_SERVICE } from '../tokens.ts'
import { bindingDto, bindingPageDto, deviceIdDto, newBindingDto, type BindingResource, type NewBinding } from './binding.dto.ts'
import type { BindingService } from './binding.service.ts'

@ApiTags('bindings')
@ApiBearerAuth()
@RefusesWithoutToken()
@RequireTenant()
@Controller('v1/chains/:id/devices')
export class BindingController {
  constructor(@Inject(CHAIN_SERVICE) private readonly chains: ChainService, @Inject(BINDING_SERVICE) private readonly bindings: BindingService) {}

  /** Idempotent by its path: a device is bound to a chain once. */
  @Put(':deviceId')
  @Answers(201, bindingDto, 'The device is bound: its binding is an entry of the ledger. 200 when it was before.')
  @Refuses(ledgerProblems, 'chain-not-found', 'device-not-found', 'device-not-active', 'binding-request-refused', 'sequencing-late')
  async bind(
    @Tenant() principal: Principal,
    @Param('id', { schema: chainIdDto }) id: string,
    @Param('deviceId', { schema: deviceIdDto }) deviceId: string,
    @Body({ schema: newBindingDto }) body: NewBinding,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BindingResource> {
    const { created, binding } = await this.bindings.bind(await this.chains.owned(id, principal), deviceId, body.request)
    reply.status(created ? 201 : 200)
    return binding
  }

  @Get()
  @Answers(200, bindingPageDto, 'The devices bound to the chain.')
  async list(@Tenant() principal: Principal, @Param('id', { schema: chainIdDto }) id: string, @Query({ schema: pageQuery }) query: PageQuery): Promise<unknown> {
    return this.bindings.list(await this.chains.owned(id, principal), query)
  }

  @Get(':deviceId')
  @Answers(200, bindingDto, 'The binding.')
  @Refuses(ledgerProblems, 'chain-not-found', 'binding-not-found')
  async get(@Tenant() principal: Principal, @Param('id', { schema: chainIdDto }) id: string, @Param('deviceId', { schema: deviceIdDto }) deviceId: string): Promise<BindingResource> {
    return this.bindings.get(await this.chains.owned(id, principal), deviceId)
  }
}
