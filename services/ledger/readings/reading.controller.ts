import { Answers, MaybeTenant, pageQuery, Refuses, TenantOrPublic, type PageQuery, type Principal } from '@brume/http'
import { Controller, Get, Inject, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { chainIdDto } from '../chains/chain.dto.ts'
import type { ChainService } from '../chains/chain.service.ts'
import { ledgerProblems } from '../problems.ts'
import { CHAIN_SERVICE, READING_SERVICE } from '../tokens.ts'
import { entryDto, entryPageDto, leafHashDto, type EntryResource } from './reading.dto.ts'
import type { ReadingService } from './reading.service.ts'

@ApiTags('ledger')
@TenantOrPublic()
@Controller('v1/chains/:id/readings')
export class ReadingController {
  constructor(@Inject(CHAIN_SERVICE) private readonly chains: ChainService, @Inject(READING_SERVICE) private readonly readings: ReadingService) {}

  @Get()
  @Answers(200, entryPageDto, 'All entries of the ledger in their order, bindings and other control entries too.')
  @Refuses(ledgerProblems, 'chain-not-found', 'ledger-rolled-back')
  async list(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string, @Query({ schema: pageQuery }) query: PageQuery): Promise<unknown> {
    return this.readings.list(await this.chains.readableLedger(id, principal), query)
  }

  @Get(':leafHash')
  @Answers(200, entryDto, 'The entry with this leaf hash.')
  @Refuses(ledgerProblems, 'chain-not-found', 'reading-not-found', 'ledger-rolled-back')
  async get(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string, @Param('leafHash', { schema: leafHashDto }) leafHash: string): Promise<EntryResource> {
    return this.readings.get(await this.chains.readableLedger(id, principal), leafHash)
  }
}
