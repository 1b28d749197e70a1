import type { ChainModel, Database, Transaction } from '@brume/prisma'
import { outboxRows } from '@brume/prisma'
import type { WriteMode } from '../anchor/contractCalls.ts'
import { chainEvent } from '../events.ts'
import type { NewChainKeys } from '../keys/chainKeys.ts'
import type { Chain } from './chain.ts'
import type { ChainState } from './chain.lifecycle.ts'

export type NewChain = Omit<Chain, 'no' | 'reason' | 'contract'>

export interface SealedKeys {
  ledgerKeySealed: Uint8Array
  writerKeySealed: Uint8Array
}

/** Chains, and the event of every change in the same transaction. Nothing is kept in memory: any replica may change a chain. */
export class ChainRepository {
  constructor(private readonly database: Database, private readonly newId: () => string) {}

  async find(id: string): Promise<Chain | undefined> {
    const row = await this.database.prisma.chain.findFirst({ where: { id } })
    return row ? toChain(row) : undefined
  }

  async numbered(no: number): Promise<Chain | undefined> {
    const row = await this.database.prisma.chain.findFirst({ where: { no } })
    return row ? toChain(row) : undefined
  }

  async inPartition(partition: number): Promise<Chain[]> {
    return (await this.database.prisma.chain.findMany({ where: { partition }, orderBy: { no: 'asc' } })).map(toChain)
  }

  /** Chains in each of the first partitions, without the deleted. */
  async partitionLoads(partitions: number): Promise<number[]> {
    const counts = await this.database.prisma.chain.groupBy({ by: ['partition'], where: { state: { not: 'deleted' } }, _count: true })
    const loads = Array.from({ length: partitions }, () => 0)
    for (const { partition, _count } of counts) if (partition < partitions) loads[partition] = _count
    return loads
  }

  /** The chains of a tenant with an id above `after`, in the order of ids, without the deleted. */
  async page(tenantId: string, after: string | undefined, limit: number): Promise<Chain[]> {
    const rows = await this.database.prisma.chain.findMany({ where: { tenantId, state: { not: 'deleted' }, id: { gt: after ?? '' } }, orderBy: { id: 'asc' }, take: limit })
    return rows.map(toChain)
  }

  /** In the caller's transaction. */
  async create(tx: Transaction, chain: NewChain, keys: NewChainKeys): Promise<Chain> {
    const { anchoring, ...rest } = chain
    const sealed = { ledgerKeySealed: Buffer.from(keys.ledgerKeySealed), writerKeySealed: Buffer.from(keys.writerKeySealed) }
    const row = await tx.chain.create({ data: { ...rest, ...anchoring, ...sealed, updatedAt: chain.createdAt } })
    await this.announce(tx, toChain(row), chain.createdAt)
    return toChain(row)
  }

  /** @returns undefined when the state was another one meanwhile */
  async move(id: string, from: ChainState, to: { state: ChainState; reason?: string; contract?: string }, now: Date): Promise<Chain | undefined> {
    return this.database.write(async (tx) => {
      const { count } = await tx.chain.updateMany({ where: { id, state: from }, data: { ...to, reason: to.reason ?? null, updatedAt: now } })
      if (count === 0) return undefined
      const chain = toChain(await tx.chain.findUniqueOrThrow({ where: { id } }))
      await this.announce(tx, chain, now)
      return chain
    })
  }

  async sealedKeys(id: string): Promise<SealedKeys> {
    return this.database.prisma.chain.findUniqueOrThrow({ where: { id }, select: { ledgerKeySealed: true, writerKeySealed: true } })
  }

  private announce(tx: Transaction, chain: Chain, now: Date): Promise<void> {
    return outboxRows(this.database, 'ledgerOutbox').add(tx, chainEvent(this.newId(), now, chain), now)
  }
}

/** Engine, mode and state are written by this file alone, from their unions. */
function toChain(row: ChainModel): Chain {
  const { no, id, tenantId, name, public: isPublic, reason, partition, origin, verifierKey, eip155, writerAddress, contract, createdAt } = row
  return {
    no, id, tenantId, name, public: isPublic, reason, partition, origin, verifierKey, eip155, writerAddress, contract, createdAt,
    engine: row.engine as 'ganache',
    writeMode: row.writeMode as WriteMode,
    state: row.state as ChainState,
    anchoring: { maxDelayMs: row.maxDelayMs, maxReadings: row.maxReadings, slackMs: row.slackMs },
  }
}
