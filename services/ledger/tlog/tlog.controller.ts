import { MaybeTenant, Refuses, TenantOrPublic, type Principal } from '@brume/http'
import { Controller, Get, Header, Inject, Param, Req, Res } from '@nestjs/common'
import { ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { chainIdDto } from '../chains/chain.dto.ts'
import type { ChainService } from '../chains/chain.service.ts'
import { ledgerProblems } from '../problems.ts'
import { CHAIN_SERVICE, TLOG_SERVICE } from '../tokens.ts'
import type { TlogService } from './tlog.service.ts'

/** Tiles never change once they are there. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** The read API of C2SP tlog-tiles: the prefix of the ledger is `/v1/chains/{id}/ledger`. */
@ApiTags('ledger')
@TenantOrPublic()
@Controller('v1/chains/:id/ledger')
export class TlogController {
  constructor(@Inject(CHAIN_SERVICE) private readonly chains: ChainService, @Inject(TLOG_SERVICE) private readonly tlog: TlogService) {}

  @Get('checkpoint')
  @ApiResponse({ status: 200, description: 'The newest signed note (C2SP tlog-checkpoint).', content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiProduces('text/plain')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Refuses(ledgerProblems, 'chain-not-found', 'checkpoint-not-found', 'ledger-rolled-back')
  async checkpoint(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string): Promise<string> {
    return this.tlog.checkpoint(await this.chains.readableLedger(id, principal))
  }

  @Get('tile/*')
  @ApiResponse({ status: 200, description: 'The tile, or the entry bundle (C2SP tlog-tiles).', content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } })
  @ApiProduces('application/octet-stream')
  @Refuses(ledgerProblems, 'chain-not-found', 'tile-not-found', 'ledger-rolled-back')
  async tile(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const chain = await this.chains.readableLedger(id, principal)
    const [path = ''] = request.url.slice(request.url.indexOf('/ledger/') + '/ledger/'.length).split('?')
    const tile = await this.tlog.tile(chain, path)
    reply.type('application/octet-stream').header('cache-control', chain.public ? IMMUTABLE : IMMUTABLE.replace('public', 'private'))
    return Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength)
  }
}
