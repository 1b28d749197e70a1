import { faultPoint } from '@brume/config'
import type { Pool } from 'pg'
import { whyNotMoved } from '../errors.ts'
import type { Append, Identity, LedgerStore, LogPosition, SeqCounter, StoredDevice } from '../ledgerStore.ts'
import { commitAll } from './appendTransaction.ts'
import { devicesOf, insertDeviceKeys, reserveDeviceNumbers, upsertDevices } from './deviceRows.ts'
import { insertEntries } from './entryRows.ts'
import { firstEntries, highestSeqs, insertIdentities } from './identityRows.ts'
import { insertLeaves } from './leafIndex.ts'
import { guardedMove, movePosition, NOT_MOVED, positionOf, takePosition } from './logPositions.ts'
import { insertOutbox } from './outboxRows.ts'
import { PostgresLedgerReader } from './postgresLedgerReader.ts'
import type { Queryable, WriteStatement } from './statement.ts'
import { upsertTiles } from './tileRows.ts'
import { upsertEdges } from './treeEdges.ts'

/** Says by type what a failure of the database means to the caller (DatabaseFull, DatabaseUnavailable), or leaves the error as it is. */
export interface TypeFailure {
  (error: unknown): unknown
}

/**
 * Ledgers in PostgreSQL, for whoever owns a partition of the log: sees the chains of all tenants (role brume_ledger_append).
 * The pool's clients pipeline, and limit statements and waits: a database that does not answer must fail an append, not hold it.
 */
export class PostgresLedgerStore extends PostgresLedgerReader implements LedgerStore {
  private readonly db: Queryable

  constructor(private readonly pool: Pool, private readonly typed: TypeFailure = (error) => error) {
    const db: Queryable = { query: (text, values) => pool.query(text, values).catch((error: unknown) => Promise.reject(typed(error))) }
    super({ read: (work) => work(db) })
    this.db = db
  }

  take(topic: string, partition: number): Promise<LogPosition> {
    return takePosition(this.db, topic, partition)
  }

  position(topic: string, partition: number): Promise<LogPosition> {
    return positionOf(this.db, topic, partition)
  }

  moveTo(topic: string, partition: number, epoch: number, next: number): Promise<void> {
    return movePosition(this.db, topic, partition, epoch, next)
  }

  devices(chainNo: number): Promise<StoredDevice[]> {
    return devicesOf(this.db, chainNo)
  }

  reserveDeviceNumbers(count: number): Promise<number[]> {
    return reserveDeviceNumbers(this.db, count)
  }

  highestSeqs(counters: readonly SeqCounter[]): Promise<number[]> {
    return highestSeqs(this.db, counters)
  }

  firstEntries(identities: readonly Identity[]): Promise<(number | undefined)[]> {
    return firstEntries(this.db, identities)
  }

  async append(append: Append): Promise<void> {
    try {
      await commitAll(this.pool, statementsOf(append))
    } catch (error) {
      throw await this.explain(append, error)
    }
    faultPoint('sequence.after-commit')
  }

  private async explain({ topic, partition, epoch, first }: Append, error: unknown): Promise<unknown> {
    if (!(error instanceof Error && 'code' in error && error.code === NOT_MOVED)) return this.typed(error)
    return whyNotMoved(topic, partition, { epoch, first }, await this.position(topic, partition))
  }
}

/** The guard first: behind it, when it fails, nothing is done. A table that gets no rows is not spoken to. */
function statementsOf(append: Append): WriteStatement[] {
  const { entries, identities, tiles, edges, devices, outbox } = append
  return [
    guardedMove(append),
    ...(entries.length > 0 ? [insertEntries(entries), insertLeaves(entries)] : []),
    ...(identities.length > 0 ? [insertIdentities(identities)] : []),
    ...(tiles.length > 0 ? [upsertTiles(tiles)] : []),
    ...(edges.length > 0 ? [upsertEdges(edges)] : []),
    ...(devices.length > 0 ? [upsertDevices(devices), insertDeviceKeys(devices)] : []),
    ...(outbox.length > 0 ? [insertOutbox(outbox)] : []),
  ]
}
