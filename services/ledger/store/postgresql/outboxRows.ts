import type { Append } from '../ledgerStore.ts'
import { textArray } from './binaryArrays.ts'
import type { WriteStatement } from './statement.ts'

/** Ids rise in the order of the rows. Prisma keeps times without a zone, in UTC. */
const INSERT = `
  INSERT INTO ledger_outbox (topic, key, value, created_at)
  SELECT topic, key, value, created_at::timestamptz AT TIME ZONE 'UTC'
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS n (topic, key, value, created_at, position) ORDER BY position`

export function insertOutbox(outbox: Append['outbox']): WriteStatement {
  return {
    name: 'ledger-outbox',
    text: INSERT,
    values: [
      textArray(outbox.map(({ entry }) => entry.topic)),
      textArray(outbox.map(({ entry }) => entry.key)),
      textArray(outbox.map(({ entry }) => entry.value)),
      textArray(outbox.map(({ createdAt }) => createdAt.toISOString())),
    ],
  }
}
