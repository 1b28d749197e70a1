import { rfc3339, type Clock, type Config, type NewId } from '@brume/config'
import type { OutboxPublisher } from '@brume/event-log'
import type { Page, PageQuery, Principal, RecordResponse, StoredResponse } from '@brume/http'
import { toPage } from '@brume/http'
import type { Kek, SigningKey } from '@brume/keys'
import type { Database, Transaction } from '@brume/prisma'
import { randomInt } from 'node:crypto'
import { makeChainKeys } from '../keys/chainKeys.ts'
import { ledgerProblems } from '../problems.ts'
import type { LedgerGuards } from '../recovery/ledgerGuards.ts'
import type { Chain } from './chain.ts'
import type { ChainResource, NewChainRequest } from './chain.dto.ts'
import type { ChainKeeper } from './chainKeeper.ts'
import { isServed, possibleEvents, type ChainEvent } from './chain.lifecycle.ts'
import type { ChainRepository } from './chain.repository.ts'

export interface ChainServiceDeps {
  config: Pick<Config, 'origin' | 'entriesPartitions'>
  database: Database
  chains: ChainRepository
  keeper: ChainKeeper
  guards: LedgerGuards
  outbox: OutboxPublisher
  kek: Kek
  clock: Clock
  newId: NewId
  platformKey: SigningKey
  sizeOf(chain: Chain): number
}

/** EIP-2294 bounds chain ids to what JavaScript and Solidity tools share; below 2^31 every wallet copes. Above 2^20: no well-known chain by accident. */
const EIP155_RANGE = [2 ** 20, 2 ** 31] as const

export class ChainService {
  constructor(private readonly deps: ChainServiceDeps) {}

  async create(tenantId: string, request: NewChainRequest, record: RecordResponse<Transaction>): Promise<StoredResponse> {
    const { database, chains, keeper, outbox } = this.deps
    const { chain, keys } = this.prepare(tenantId, request)
    const created = await database.write(async (tx) => {
      const row = await chains.create(tx, chain, keys, this.deps.config.entriesPartitions)
      return { row, response: await record(tx, { status: 202, body: this.toResource(row) }) }
    })
    chains.remember(created.row)
    outbox.wake()
    await keeper.apply(created.row, 'begin')
    return created.response
  }

  list(tenantId: string, query: PageQuery): Page<ChainResource> {
    const rows = this.deps.chains.page(tenantId, query.after, query.limit + 1)
    const page = toPage(rows, query, (chain) => chain.id)
    return { ...page, items: page.items.map((chain) => this.toResource(chain)) }
  }

  /** Only the owner; everybody else hears that there is no such chain. */
  owned(chainId: string, { tenantId }: Principal): Chain {
    const chain = this.deps.chains.find(chainId)
    if (!chain || chain.tenantId !== tenantId || !isServed(chain.state)) throw ledgerProblems.problem('chain-not-found', `There is no chain ${chainId}.`)
    return chain
  }

  /** The owner, or anyone when the chain is public. */
  readable(chainId: string, principal: Principal | undefined): Chain {
    const chain = this.deps.chains.find(chainId)
    const mayRead = chain && isServed(chain.state) && (chain.public || chain.tenantId === principal?.tenantId)
    if (!mayRead) throw ledgerProblems.problem('chain-not-found', `There is no chain ${chainId}.`)
    return chain
  }

  /** As `readable`, and refused while the ledger stands still: what it would serve contradicts what it has signed. */
  readableLedger(chainId: string, principal: Principal | undefined): Chain {
    const chain = this.readable(chainId, principal)
    const reason = this.deps.guards.reasonOf(chain.id)
    if (reason !== undefined) throw ledgerProblems.problem('ledger-rolled-back', `The ledger stands still: ${reason}.`, { headers: { 'retry-after': '5' } })
    return chain
  }

  async request(chainId: string, principal: Principal, event: Extract<ChainEvent, 'start' | 'stop' | 'delete'>): Promise<ChainResource> {
    const chain = this.owned(chainId, principal)
    const moved = await this.deps.keeper.apply(chain, event)
    if (!moved) {
      const now = this.owned(chainId, principal)
      const possible = possibleEvents(now.state).filter((known) => known === 'start' || known === 'stop' || known === 'delete')
      throw ledgerProblems.problem('chain-state-conflict', `A chain that is ${now.state} does not take "${event}".`, { extensions: { state: now.state, possible } })
    }
    return this.toResource(moved)
  }

  toResource(chain: Chain): ChainResource {
    const { id, name, engine, writeMode, anchoring, state, reason, origin, verifierKey, eip155, contract, createdAt } = chain
    const halted = this.deps.guards.reasonOf(id)
    const { kty, crv, x, kid } = this.deps.platformKey.publicJwk
    return {
      id, name, engine, writeMode, anchoring, public: chain.public, state, ...(reason === null ? {} : { reason }),
      ledger: { origin, verifierKey, size: this.deps.sizeOf(chain), ...(halted === undefined ? {} : { halted }) },
      eip155, contract, platformKeys: [{ kty, crv, x, kid }], createdAt: rfc3339(createdAt.getTime()),
    }
  }

  private prepare(tenantId: string, { name, engine, writeMode, anchoring, public: isPublic }: NewChainRequest) {
    const id = this.deps.newId()
    const origin = `${this.deps.config.origin}/chains/${id}`
    const eip155 = randomInt(...EIP155_RANGE)
    const keys = makeChainKeys(origin, eip155, this.deps.kek)
    const createdAt = new Date(this.deps.clock.now())
    const { verifierKey, writerAddress } = keys
    return { keys, chain: { id, tenantId, name, engine, writeMode, anchoring, public: isPublic, state: 'requested' as const, origin, verifierKey, eip155, writerAddress, createdAt } }
  }
}
