import type { Clock } from '@brume/config'
import type { DeviceStanding } from '@brume/proof'
import type BetterSqlite3 from 'better-sqlite3'
import { bindingEvent } from '../events.ts'
import type { SequencedChain } from './chainSequence.ts'

/** Keeps the standing of a chain's devices, and what others must hear of it, in the transaction that sequences the entry which changed it. */
export class DeviceStatements {
  private readonly upsertDevice
  private readonly insertKey
  private readonly insertOutbox

  constructor(db: BetterSqlite3.Database, private readonly newId: () => string, private readonly clock: Clock) {
    this.upsertDevice = db.prepare<unknown[], { no: number }>(`
      INSERT INTO ledger_chain_devices (chain_no, device_id, status, key_number) VALUES (?,?,?,?)
      ON CONFLICT (chain_no, device_id) DO UPDATE SET status = excluded.status, key_number = excluded.key_number RETURNING no`)
    this.insertKey = db.prepare('INSERT OR IGNORE INTO ledger_chain_device_keys (device_no, key_number, jwk, "index") VALUES (?,?,?,?)')
    this.insertOutbox = db.prepare('INSERT INTO ledger_outbox (topic, key, value, created_at) VALUES (?,?,?,?)')
  }

  /** @returns ChainDevice.no */
  store(chain: SequencedChain, deviceId: string, standing: DeviceStanding): number {
    const row = this.upsertDevice.get(chain.no, deviceId, standing.status, standing.keyNumber)
    if (!row) throw new Error('an upsert with RETURNING gave no row')
    for (const key of standing.keys.values()) this.insertKey.run(row.no, key.number, JSON.stringify(key.jwk), key.index)
    return row.no
  }

  /** Ingest accepts a device for a chain only once its binding is an entry. */
  announceBinding(chain: SequencedChain, deviceId: string, leafHash: Uint8Array, index: number): void {
    const now = new Date(this.clock.now())
    const binding = { chainId: chain.id, deviceId, tenantId: chain.tenantId, leafHash: Buffer.from(leafHash).toString('base64url'), index }
    const { topic, key, value } = bindingEvent(this.newId(), now, binding)
    this.insertOutbox.run(topic, key, value, now.toISOString())
  }
}
