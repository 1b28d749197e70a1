import type { Database, SqliteDatabase } from '@brume/prisma'
import type { StoredCheckpoint } from '../checkpoints/checkpoint.repository.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'
import { PostgresLedgerReader, type Queryable } from '../store/postgresql/index.ts'

/** That a transaction is in a block, as proofs carry it. */
export interface BlockEvidence {
  readonly txIndex: number
  readonly header: Uint8Array
  /** RLP list of trie nodes. */
  readonly nodes: Uint8Array
}

export interface CoveringAnchor {
  readonly checkpoint: StoredCheckpoint
  readonly evidence: BlockEvidence
}

/** Rows of a query with the parameters $1, $2, …, as both databases understand them. */
interface Rows {
  <Row extends object>(text: string, values: readonly (number | string)[]): Promise<Row[]>
}

interface EvidenceRow {
  tx_index: number
  nodes: Uint8Array
  header: Uint8Array
}

interface AnchorRow extends EvidenceRow {
  size: number
  root: Uint8Array
  note: string
}

const ANCHOR_COVERING = `
  SELECT c.size, c.root, c.note, e.tx_index, e.nodes, h.header
  FROM (SELECT nonce, subject FROM ledger_transactions
        WHERE chain_no = $1 AND purpose = 'anchor' AND state = 'final' AND subject > $2 ORDER BY subject LIMIT 1) AS t
  JOIN ledger_checkpoints AS c ON c.chain_no = $1 AND c.size = t.subject
  JOIN ledger_receipt_evidence AS e ON e.chain_no = $1 AND e.nonce = t.nonce
  JOIN ledger_block_headers AS h ON h.chain_no = $1 AND h.number = e.block_number AND NOT h.superseded`

const RECORD_OF = `
  SELECT e.tx_index, e.nodes, h.header
  FROM (SELECT nonce FROM ledger_transactions
        WHERE chain_no = $1 AND purpose = 'record' AND state = 'final' AND subject = $2 LIMIT 1) AS t
  JOIN ledger_receipt_evidence AS e ON e.chain_no = $1 AND e.nonce = t.nonce
  JOIN ledger_block_headers AS h ON h.chain_no = $1 AND h.number = e.block_number AND NOT h.superseded`

const KEY_ENTRIES = `
  SELECT k.key_number, k."index" FROM ledger_chain_devices AS d JOIN ledger_chain_device_keys AS k ON k.device_no = d.no
  WHERE d.chain_no = $1 AND d.device_id = $2 AND k.key_number <= $3 ORDER BY k.key_number`

/** What is stored of a chain for its proofs, and of its ledger: all that is asked here is asked on one connection, in one transaction where there is a server. */
export class ProofLook {
  constructor(readonly ledger: LedgerReader, private readonly rows: Rows) {}

  /** The final anchor with the smallest tree that covers entry `index`. */
  async anchorCovering(chainNo: number, index: number): Promise<CoveringAnchor | undefined> {
    const [row] = await this.rows<AnchorRow>(ANCHOR_COVERING, [chainNo, index])
    return row && { checkpoint: { size: row.size, root: row.root, note: row.note }, evidence: toEvidence(row) }
  }

  /** Of the final record of entry `index`. */
  async recordOf(chainNo: number, index: number): Promise<BlockEvidence | undefined> {
    const [row] = await this.rows<EvidenceRow>(RECORD_OF, [chainNo, index])
    return row && toEvidence(row)
  }

  /** Where the device's keys up to `keyNumber` became known, in their order. */
  async keyEntries(chainNo: number, deviceId: string, keyNumber: number): Promise<{ keyNumber: number; index: number }[]> {
    const rows = await this.rows<{ key_number: number; index: number }>(KEY_ENTRIES, [chainNo, deviceId, keyNumber])
    return rows.map((row) => ({ keyNumber: row.key_number, index: row.index }))
  }
}

/**
 * Beside the ORM: a proof asks seven things, and where rows are guarded by tenant each operation of the ORM is a transaction of four ways to the database.
 * Here they share one.
 */
export class ProofRepository {
  constructor(private readonly database: Database, private readonly reader: LedgerReader) {}

  look<T>(work: (stored: ProofLook) => Promise<T>): Promise<T> {
    const { database } = this
    if (database.kind === 'sqlite') return work(new ProofLook(this.reader, rowsOfSqlite(database)))
    return database.read((client) => work(new ProofLook(new PostgresLedgerReader({ read: (ask) => ask(client) }), rowsOfPostgres(client))))
  }
}

function rowsOfSqlite({ sqlite }: SqliteDatabase): Rows {
  // $1 is a parameter with the name 1 there.
  return async <Row extends object>(text: string, values: readonly (number | string)[]) => sqlite.prepare<[object], Row>(text).all({ ...['', ...values] })
}

function rowsOfPostgres(client: Queryable): Rows {
  return async <Row extends object>(text: string, values: readonly (number | string)[]) => (await client.query<Row>(text, [...values])).rows
}

function toEvidence({ tx_index, nodes, header }: EvidenceRow): BlockEvidence {
  return { txIndex: tx_index, nodes, header }
}
