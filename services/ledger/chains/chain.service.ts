import { rfc3339, type Clock, type Config, type NewId } from '@brume/config'
import type { OutboxPublisher } from '@brume/event-log'
import type { Page, PageQuery, Principal, Problem, RecordResponse, StoredResponse } from '@brume/http'
import { toPage } from '@brume/http'
import type { Kek, SigningKey } from '@brume/keys'
import { asPlatform, type Database, type Transaction } from '@brume/prisma'
import { randomInt } from 'node:crypto'
import { makeChainKeys } from '../keys/chainKeys.ts'
import { ledgerProblems } from '../problems.ts'
import { sizeOf, type LedgerGuards } from '../recovery/ledgerGuards.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'
import type { Chain } from './chain.ts'
import type { ChainResource, NewChainRequest } from './chain.dto.ts'
import { isServed, nextState, possibleEvents, type ChainEvent } from './chain.lifecycle.ts'
import type { ChainRepository } from './chain.repository.ts'

export interface ChainServiceDeps {
  config: Pick<Config, 'origin' | 'entriesPartitions'>
  database: Database
  chains: ChainRepository
  reader: LedgerReader
  guards: LedgerGuards
  outbox: OutboxPublisher
  kek: Kek
  clock: Clock
  newId: NewId
  platformKey: SigningKey
}

/** EIP-2294 bounds chain ids to what JavaScript and Solidity tools share; below 2^31 every wallet copes. Above 2^20: no well-known chain by accident. */
const EIP155_RANGE = [2 ** 20, 2 ** 31] as const

/** What tenants ask of chains. Whoever holds a chain's partition hears of it as an event and acts: see chainKeeper.ts. */
export class ChainService {
  constructor(private readonly deps: ChainServiceDeps) {}

  async create(tenantId: string, request: NewChainRequest, record: RecordResponse<Transaction>): Promise<StoredResponse> {
    const { database, chains, outbox } = this.deps
    const partition = await this.emptiestPartition()
    const { chain, keys } = this.prepare(tenantId, partition, request)
    const response = await database.write(async (tx) => {
      const row = await chains.create(tx, chain, keys)
      return record(tx, { status: 202, body: await this.toResource(row) })
    })
    outbox.wake()
    return response
  }

  async list(tenantId: string, query: PageQuery): Promise<Page<ChainResource>> {
    const rows = await this.deps.chains.page(tenantId, query.after, query.limit + 1)
    const page = toPage(rows, query, (chain) => chain.id)
    return { ...page, items: await Promise.all(page.items.map((chain) => this.toResource(chain))) }
  }

  /** Only the owner; everybody else hears that there is no such chain. */
  async owned(chainId: string, { tenantId }: Principal): Promise<Chain> {
    const chain = await this.deps.chains.find(chainId)
    if (!chain || chain.tenantId !== tenantId || !isServed(chain.state)) throw ledgerProblems.problem('chain-not-found', `There is no chain ${chainId}.`)
    return chain
  }

  /** The owner, or anyone when the chain is public. */
  async readable(chainId: string, principal: Principal | undefined): Promise<Chain> {
    const chain = await this.deps.chains.find(chainId)
    const mayRead = chain && isServed(chain.state) && (chain.public || chain.tenantId === principal?.tenantId)
    if (!mayRead) throw ledgerProblems.problem('chain-not-found', `There is no chain ${chainId}.`)
    return chain
  }

  /** As `readable`, and refused while the ledger stands still: what it would serve contradicts what it has signed. */
  async readableLedger(chainId: string, principal: Principal | undefined): Promise<Chain> {
    const chain = await this.readable(chainId, principal)
    const reason = await this.deps.guards.reasonOf(chain)
    if (reason !== undefined) throw ledgerProblems.problem('ledger-rolled-back', `The ledger stands still: ${reason}.`, { headers: { 'retry-after': '5' } })
    return chain
  }

  async request(chainId: string, principal: Principal, event: Extract<ChainEvent, 'start' | 'stop' | 'delete'>): Promise<ChainResource> {
    const { chains, clock, outbox } = this.deps
    const chain = await this.owned(chainId, principal)
    const state = nextState(chain.state, event)
    const moved = state && (await chains.move(chain.id, chain.state, { state }, new Date(clock.now())))
    if (!moved) throw await this.conflict(chainId, principal, event)
    outbox.wake()
    return this.toResource(moved)
  }

  async toResource(chain: Chain): Promise<ChainResource> {
    const { id, name, engine, writeMode, anchoring, state, reason, origin, verifierKey, eip155, contract, createdAt } = chain
    const [halted, size] = await Promise.all([this.deps.guards.reasonOf(chain), sizeOf(this.deps.reader, chain.no)])
    const { kty, crv, x, kid } = this.deps.platformKey.publicJwk
    return {
      id, name, engine, writeMode, anchoring, public: chain.public, state, ...(reason === null ? {} : { reason }),
      ledger: { origin, verifierKey, size, ...(halted === undefined ? {} : { halted }) },
      eip155, contract, platformKeys: [{ kty, crv, x, kid }], createdAt: rfc3339(createdAt.getTime()),
    }
  }

  private async conflict(chainId: string, principal: Principal, event: ChainEvent): Promise<Problem> {
    const { state } = await this.owned(chainId, principal)
    const possible = possibleEvents(state).filter((known) => known === 'start' || known === 'stop' || known === 'delete')
    return ledgerProblems.problem('chain-state-conflict', `A chain that is ${state} does not take "${event}".`, { extensions: { state, possible } })
  }

  /** Of all tenants' chains; any of those that are equally empty, so that chains which are made at once rarely meet. It is a balance, not a rule. */
  private async emptiestPartition(): Promise<number> {
    const loads = await asPlatform(() => this.deps.chains.partitionLoads(this.deps.config.entriesPartitions))
    const emptiest = [...loads.keys()].filter((partition) => loads[partition] === Math.min(...loads))
    return emptiest[randomInt(emptiest.length)] ?? 0
  }

  private prepare(tenantId: string, partition: number, { name, engine, writeMode, anchoring, public: isPublic }: NewChainRequest) {
    const id = this.deps.newId()
    const origin = `${this.deps.config.origin}/chains/${id}`
    const eip155 = randomInt(...EIP155_RANGE)
    const keys = makeChainKeys(origin, eip155, this.deps.kek)
    const createdAt = new Date(this.deps.clock.now())
    const { verifierKey, writerAddress } = keys
    return { keys, chain: { id, tenantId, name, engine, writeMode, anchoring, public: isPublic, state: 'requested' as const, partition, origin, verifierKey, eip155, writerAddress, createdAt } }
  }
}
