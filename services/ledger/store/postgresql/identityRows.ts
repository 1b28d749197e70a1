import type { Identity, NewIdentity, SeqCounter } from '../ledgerStore.ts'
import { int4Array, int8Array } from './binaryArrays.ts'
import type { Queryable, WriteStatement } from './statement.ts'

/** An identity that has its first entry already breaks the transaction: the sequencer asks before, and nobody else may write. */
const INSERT = 'INSERT INTO ledger_entry_identities (device_no, epoch, seq, "index") SELECT * FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::int4[])'

/** One step down the primary key for each counter. */
const HIGHEST = `
  SELECT (SELECT max(i.seq) FROM ledger_entry_identities i WHERE i.device_no = c.device_no AND i.epoch = c.epoch) AS seq
  FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY AS c (device_no, epoch, position) ORDER BY c.position`

const FIRST = `
  SELECT (SELECT i."index" FROM ledger_entry_identities i WHERE i.device_no = c.device_no AND i.epoch = c.epoch AND i.seq = c.seq) AS "index"
  FROM unnest($1::int4[], $2::int8[], $3::int8[]) WITH ORDINALITY AS c (device_no, epoch, seq, position) ORDER BY c.position`

export function insertIdentities(identities: readonly NewIdentity[]): WriteStatement {
  return { name: 'ledger-identities', text: INSERT, values: [...identityArrays(identities), int4Array(identities.map(({ index }) => index))] }
}

/** -1 where a counter has no entry. */
export async function highestSeqs(db: Queryable, counters: readonly SeqCounter[]): Promise<number[]> {
  if (counters.length === 0) return []
  const { rows } = await db.query<{ seq: string | number | null }>(HIGHEST, counterArrays(counters))
  return rows.map(({ seq }) => (seq === null ? -1 : Number(seq)))
}

export async function firstEntries(db: Queryable, identities: readonly Identity[]): Promise<(number | undefined)[]> {
  if (identities.length === 0) return []
  const { rows } = await db.query<{ index: number | null }>(FIRST, identityArrays(identities))
  return rows.map(({ index }) => index ?? undefined)
}

function counterArrays(counters: readonly SeqCounter[]): Buffer[] {
  return [int4Array(counters.map(({ deviceNo }) => deviceNo)), int8Array(counters.map(({ epoch }) => epoch))]
}

function identityArrays(identities: readonly Identity[]): Buffer[] {
  return [...counterArrays(identities), int8Array(identities.map(({ seq }) => seq))]
}
