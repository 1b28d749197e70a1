import { MaybeTenant, Refuses, TenantOrPublic, type Principal } from '@brume/http'
import { Controller, Get, Header, Inject, Param } from '@nestjs/common'
import { ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger'
import { chainIdDto } from '../chains/chain.dto.ts'
import type { ChainService } from '../chains/chain.service.ts'
import { ledgerProblems } from '../problems.ts'
import { leafHashDto } from '../readings/reading.dto.ts'
import { CHAIN_SERVICE, PROOF_SERVICE } from '../tokens.ts'
import type { ProofService } from './proof.service.ts'

@ApiTags('proofs')
@TenantOrPublic()
@Controller('v1/chains/:id/proofs')
export class ProofController {
  constructor(@Inject(CHAIN_SERVICE) private readonly chains: ChainService, @Inject(PROOF_SERVICE) private readonly proofs: ProofService) {}

  /** C2SP tlog-proof v1, for tools that are not Brume's. */
  @Get(':leafHash.tlog-proof')
  @ApiResponse({ status: 200, description: 'The proof as far as the signed checkpoint.', content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiProduces('text/plain')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Refuses(ledgerProblems, 'chain-not-found', 'reading-not-found', 'proof-not-ready', 'entry-not-provable', 'ledger-rolled-back')
  async tlog(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string, @Param('leafHash', { schema: leafHashDto }) leafHash: string): Promise<string> {
    return this.proofs.tlogProof(await this.chains.readableLedger(id, principal), leafHash)
  }

  /** One file that shows the reading's way from its signature to a block; `brume verify` checks it without a server. */
  @Get(':leafHash')
  @ApiResponse({ status: 200, description: 'The proof file, format brume-proof/v1.', content: { 'application/json': { schema: { type: 'object' } } } })
  @ApiProduces('application/json')
  @Header('content-type', 'application/json; charset=utf-8')
  @Refuses(ledgerProblems, 'chain-not-found', 'reading-not-found', 'proof-not-ready', 'entry-not-provable', 'ledger-rolled-back')
  async get(@MaybeTenant() principal: Principal | undefined, @Param('id', { schema: chainIdDto }) id: string, @Param('leafHash', { schema: leafHashDto }) leafHash: string): Promise<string> {
    return this.proofs.proof(await this.chains.readableLedger(id, principal), leafHash)
  }
}
