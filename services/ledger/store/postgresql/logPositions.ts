import { whyNotMoved } from '../errors.ts'
import type { LogPosition } from '../ledgerStore.ts'
import type { Queryable, WriteStatement } from './statement.ts'

/** `next` is an int8: pg hands it out as text, or as a number when the pool says so. Offsets stay below 2^53. */
interface PositionRow {
  next: string | number
  epoch: number
}

export interface Move {
  readonly topic: string
  readonly partition: number
  readonly epoch: number
  readonly first: number
  readonly next: number
}

/** SQLSTATE of a division by zero, which is how `guardedMove` fails. */
export const NOT_MOVED = '22012'

const TAKE = `
  INSERT INTO ledger_log_offsets AS stored (topic, partition, next, epoch) VALUES ($1, $2, 0, 1)
  ON CONFLICT (topic, partition) DO UPDATE SET epoch = stored.epoch + 1
  RETURNING next, epoch`

/**
 * Changes exactly one row or fails: with it the transaction does, and nothing that has been sent behind it is done. A check of the count by
 * the client would let a stale process insert first, and its rows would hold up the new owner until somebody rolls them back.
 */
const GUARDED_MOVE = `
  WITH moved AS (
    UPDATE ledger_log_offsets SET next = $5 WHERE topic = $1 AND partition = $2 AND epoch = $3 AND next = $4 RETURNING 1
  ) SELECT 1 / count(*) FROM moved`

export async function takePosition(db: Queryable, topic: string, partition: number): Promise<LogPosition> {
  const { rows: [row] } = await db.query<PositionRow>(TAKE, [topic, partition])
  if (!row) throw new Error('an upsert with RETURNING gave no row')
  return toPosition(row)
}

export async function positionOf(db: Queryable, topic: string, partition: number): Promise<LogPosition> {
  const { rows: [row] } = await db.query<PositionRow>('SELECT next, epoch FROM ledger_log_offsets WHERE topic = $1 AND partition = $2', [topic, partition])
  return row ? toPosition(row) : { next: 0, epoch: 0 }
}

export async function movePosition(db: Queryable, topic: string, partition: number, epoch: number, next: number): Promise<void> {
  const { rowCount } = await db.query('UPDATE ledger_log_offsets SET next = $4 WHERE topic = $1 AND partition = $2 AND epoch = $3', [topic, partition, epoch, next])
  if (rowCount !== 1) throw whyNotMoved(topic, partition, { epoch, first: next }, await positionOf(db, topic, partition))
}

export function guardedMove({ topic, partition, epoch, first, next }: Move): WriteStatement {
  return { name: 'ledger-move', text: GUARDED_MOVE, values: [topic, partition, epoch, first, next] }
}

function toPosition({ next, epoch }: PositionRow): LogPosition {
  return { next: Number(next), epoch }
}
