import { MaybeTenant, Refuses, TenantOrPublic, type Principal } from '@brume/http'
import { Body, Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common'
import { ApiBody, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { chainIdDto } from '../chains/chain.dto.ts'
import type { ChainService } from '../chains/chain.service.ts'
import { ledgerProblems } from '../problems.ts'
import { CHAIN_SERVICE, DOOR_SERVICE } from '../tokens.ts'
import type { DoorService } from './door.service.ts'

@ApiTags('chains')
@TenantOrPublic()
@Controller('v1/chains/:id/rpc')
export class DoorController {
  constructor(@Inject(CHAIN_SERVICE) private readonly chains: ChainService, @Inject(DOOR_SERVICE) private readonly door: DoorService) {}

  @Post()
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'The answer, or the answers of a batch, per JSON-RPC 2.0. 204 for notifications alone.', content: { 'application/json': { schema: { oneOf: [{ type: 'object' }, { type: 'array' }] } } } })
  @ApiBody({ description: 'A JSON-RPC 2.0 request or a batch of at most 20, of read-only methods', schema: { oneOf: [{ type: 'object' }, { type: 'array' }] } })
  @Refuses(ledgerProblems, 'chain-not-found', 'chain-not-running', 'engine-unavailable')
  async call(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const answer = await this.door.answer(await this.chains.readable(id, principal), JSON.stringify(body))
    if (answer === undefined) reply.status(204)
    return answer
  }
}
