import type { Database } from '@brume/prisma'
import type { StoredCheckpoint } from '../checkpoints/checkpoint.repository.ts'

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

interface EvidenceRow {
  tx_index: number | bigint
  nodes: Uint8Array
  header: Uint8Array
}

interface AnchorRow extends EvidenceRow {
  size: number | bigint
  root: Uint8Array
  note: string
}

/** What a proof needs of the chain, in one query each: by the ORM's own way it takes nine, and each is a transaction where rows are guarded by tenant. */
export class ProofRepository {
  constructor(private readonly database: Database) {}

  /** The final anchor with the smallest tree that covers entry `index`. */
  async anchorCovering(chainNo: number, index: number): Promise<CoveringAnchor | undefined> {
    const [row] = await this.database.prisma.$queryRaw<AnchorRow[]>`
      SELECT c.size, c.root, c.note, e.tx_index, e.nodes, h.header
      FROM (SELECT nonce, subject FROM ledger_transactions
            WHERE chain_no = ${chainNo} AND purpose = 'anchor' AND state = 'final' AND subject > ${index} ORDER BY subject LIMIT 1) AS t
      JOIN ledger_checkpoints AS c ON c.chain_no = ${chainNo} AND c.size = t.subject
      JOIN ledger_receipt_evidence AS e ON e.chain_no = ${chainNo} AND e.nonce = t.nonce
      JOIN ledger_block_headers AS h ON h.chain_no = ${chainNo} AND h.number = e.block_number AND NOT h.superseded`
    return row && { checkpoint: { size: Number(row.size), root: row.root, note: row.note }, evidence: toEvidence(row) }
  }

  /** Of the final record of entry `index`. */
  async recordOf(chainNo: number, index: number): Promise<BlockEvidence | undefined> {
    const [row] = await this.database.prisma.$queryRaw<EvidenceRow[]>`
      SELECT e.tx_index, e.nodes, h.header
      FROM (SELECT nonce FROM ledger_transactions
            WHERE chain_no = ${chainNo} AND purpose = 'record' AND state = 'final' AND subject = ${index} LIMIT 1) AS t
      JOIN ledger_receipt_evidence AS e ON e.chain_no = ${chainNo} AND e.nonce = t.nonce
      JOIN ledger_block_headers AS h ON h.chain_no = ${chainNo} AND h.number = e.block_number AND NOT h.superseded`
    return row && toEvidence(row)
  }

  /** Where the device's keys up to `keyNumber` became known, in their order. */
  async keyEntries(chainNo: number, deviceId: string, keyNumber: number): Promise<{ keyNumber: number; index: number }[]> {
    const rows = await this.database.prisma.$queryRaw<{ key_number: number | bigint; index: number | bigint }[]>`
      SELECT k.key_number, k."index" FROM ledger_chain_devices AS d JOIN ledger_chain_device_keys AS k ON k.device_no = d.no
      WHERE d.chain_no = ${chainNo} AND d.device_id = ${deviceId} AND k.key_number <= ${keyNumber} ORDER BY k.key_number`
    return rows.map((row) => ({ keyNumber: Number(row.key_number), index: Number(row.index) }))
  }
}

function toEvidence({ tx_index, nodes, header }: EvidenceRow): BlockEvidence {
  return { txIndex: Number(tx_index), nodes, header }
}
