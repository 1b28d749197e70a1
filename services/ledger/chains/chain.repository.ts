import type { ChainModel, Database, Transaction } from '@brume/prisma'
import { outboxRows } from '@brume/prisma'
import type { WriteMode } from '../anchor/contractCalls.ts'
import { chainEvent } from '../events.ts'
import type { NewChainKeys } from '../keys/chainKeys.ts'
import type { Chain } from './chain.ts'
import type { ChainState } from './chain.lifecycle.ts'

export type NewChain = Omit<Chain, 'no' | 'reason' | 'contract' | 'partition'>

export interface SealedKeys {
  ledgerKeySealed: Uint8Array
  writerKeySealed: Uint8Array
}

/** Chains, and the event of every change in the same transaction. All chains are also kept in memory: the sequencer asks for each record. */
export class ChainRepository {
  private readonly byId = new Map<string, Chain>()

  constructor(private readonly database: Database, private readonly newId: () => string) {}

  async load(): Promise<void> {
    for (const row of await this.database.prisma.chain.findMany()) this.byId.set(row.id, toChain(row))
  }

  find(id: string): Chain | undefined {
    return this.byId.get(id)
  }

  all(): Chain[] {
    return [...this.byId.values()]
  }

  /** The chains of a tenant with an id above `after`, in the order of ids, without the deleted. */
  page(tenantId: string, after: string | undefined, limit: number): Chain[] {
    return this.all()
      .filter((chain) => chain.tenantId === tenantId && chain.state !== 'deleted' && chain.id > (after ?? ''))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit)
  }

  /** In the caller's transaction; `remember` follows once that is committed. */
  async create(tx: Transaction, chain: NewChain, keys: NewChainKeys, partitions: number): Promise<Chain> {
    const { anchoring, ...rest } = chain
    const sealed = { ledgerKeySealed: Buffer.from(keys.ledgerKeySealed), writerKeySealed: Buffer.from(keys.writerKeySealed) }
    const row = await tx.chain.create({ data: { ...rest, ...anchoring, ...sealed, partition: this.emptiestPartition(partitions), updatedAt: chain.createdAt } })
    await this.announce(tx, toChain(row), chain.createdAt)
    return toChain(row)
  }

  remember(chain: Chain): void {
    this.byId.set(chain.id, chain)
  }

  /** @returns undefined when the state was another one meanwhile */
  async move(id: string, from: ChainState, to: { state: ChainState; reason?: string; contract?: string }, now: Date): Promise<Chain | undefined> {
    const moved = await this.database.write(async (tx) => {
      const { count } = await tx.chain.updateMany({ where: { id, state: from }, data: { ...to, reason: to.reason ?? null, updatedAt: now } })
      if (count === 0) return undefined
      const chain = toChain(await tx.chain.findUniqueOrThrow({ where: { id } }))
      await this.announce(tx, chain, now)
      return chain
    })
    if (moved) this.remember(moved)
    return moved
  }

  async sealedKeys(id: string): Promise<SealedKeys> {
    return this.database.prisma.chain.findUniqueOrThrow({ where: { id }, select: { ledgerKeySealed: true, writerKeySealed: true } })
  }

  private announce(tx: Transaction, chain: Chain, now: Date): Promise<void> {
    return outboxRows(this.database, 'ledgerOutbox').add(tx, chainEvent(this.newId(), now, chain), now)
  }

  private emptiestPartition(partitions: number): number {
    const load = Array.from({ length: partitions }, () => 0)
    for (const { partition, state } of this.byId.values()) if (state !== 'deleted') load[partition] = (load[partition] ?? 0) + 1
    return load.indexOf(Math.min(...load.slice(0, partitions)))
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
