import { DeviceHistory, type DeviceStatus } from '@brume/proof'
import type { PublicJwk } from '@brume/envelope'
import { TreeEdge } from '@brume/merkle'
import type BetterSqlite3 from 'better-sqlite3'
import { LeafIndex, LeafStatements } from './leafIndex.ts'
import { nativeSha256 } from './nativeSha256.ts'
import type { EntryStatements } from './entryStatements.ts'
import { TileTail } from './tileTail.ts'

export interface SequencedChain {
  no: number
  id: string
  tenantId: string
}

/** What the ledger keeps of one chain in memory while it sequences: the tree's edge, the last tiles, the devices. Dropped after a failed transaction and read again. */
export interface ChainSequence {
  readonly chain: SequencedChain
  readonly edge: TreeEdge
  readonly tail: TileTail
  readonly leaves: LeafIndex
  readonly devices: DeviceHistory
  /** ChainDevice.no by device id. */
  readonly deviceNumbers: Map<string, number>
}

interface DeviceRow {
  no: number
  device_id: string
  status: DeviceStatus
  key_number: number
}

interface KeyRow {
  key_number: number
  jwk: string
  index: number
}

export class ChainSequenceLoader {
  private readonly selectDevices
  private readonly selectKeys
  private readonly leafStatements: LeafStatements

  constructor(db: BetterSqlite3.Database, private readonly statements: EntryStatements) {
    this.leafStatements = new LeafStatements(db)
    this.selectDevices = db.prepare<unknown[], DeviceRow>('SELECT no, device_id, status, key_number FROM ledger_chain_devices WHERE chain_no = ?')
    this.selectKeys = db.prepare<unknown[], KeyRow>('SELECT key_number, jwk, "index" FROM ledger_chain_device_keys WHERE device_no = ? ORDER BY key_number')
  }

  load(chain: SequencedChain): ChainSequence {
    const edge = this.statements.edge(chain.no)
    const sequence: ChainSequence = {
      chain,
      edge: edge ? TreeEdge.fromBytes(edge, nativeSha256) : TreeEdge.empty(nativeSha256),
      tail: new TileTail((level, index) => this.statements.tile(chain.no, level, index)),
      leaves: this.loadLeaves(chain.no),
      devices: new DeviceHistory(),
      deviceNumbers: new Map(),
    }
    for (const row of this.selectDevices.all(chain.no)) this.restoreDevice(sequence, row)
    return sequence
  }

  /** The table, and in memory what was not yet in it. */
  private loadLeaves(chainNo: number): LeafIndex {
    const leaves = new LeafIndex(this.leafStatements, chainNo)
    for (const { index, leaf_hash } of this.statements.leaves(chainNo, this.leafStatements.indexed(chainNo))) leaves.add(leaf_hash, index)
    return leaves
  }

  private restoreDevice(sequence: ChainSequence, row: DeviceRow): void {
    // Parsed strictly when its entry was sequenced; the point checks cost 1 ms a key, and a restart has many.
    const keys = this.selectKeys.all(row.no).map(({ key_number, jwk, index }) => ({ number: key_number, jwk: JSON.parse(jwk) as PublicJwk, index }))
    sequence.devices.restore(row.device_id, { status: row.status, keyNumber: row.key_number, keys: new Map(keys.map((key) => [key.number, key])) })
    sequence.deviceNumbers.set(row.device_id, row.no)
  }
}
