import type { PublicJwk } from '@brume/envelope'
import type { DeviceStatus } from '@brume/proof'
import type BetterSqlite3 from 'better-sqlite3'
import type { Append, StoredDevice } from '../ledgerStore.ts'

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

/** The standing of a chain's devices, as its entries tell it. */
export class DeviceRows {
  private readonly selectDevices
  private readonly selectKeys
  private readonly upsertDevice
  private readonly insertKey
  private readonly selectHighestNo

  constructor(db: BetterSqlite3.Database) {
    this.selectDevices = db.prepare<unknown[], DeviceRow>('SELECT no, device_id, status, key_number FROM ledger_chain_devices WHERE chain_no = ?')
    this.selectKeys = db.prepare<unknown[], KeyRow>('SELECT key_number, jwk, "index" FROM ledger_chain_device_keys WHERE device_no = ? ORDER BY key_number')
    this.upsertDevice = db.prepare(`
      INSERT INTO ledger_chain_devices (no, chain_no, device_id, status, key_number) VALUES (?,?,?,?,?)
      ON CONFLICT (no) DO UPDATE SET status = excluded.status, key_number = excluded.key_number`)
    this.insertKey = db.prepare('INSERT OR IGNORE INTO ledger_chain_device_keys (device_no, key_number, jwk, "index") VALUES (?,?,?,?)')
    this.selectHighestNo = db.prepare<[], { no: number | null }>('SELECT max(no) AS no FROM ledger_chain_devices')
  }

  of(chainNo: number): StoredDevice[] {
    return this.selectDevices.all(chainNo).map((row) => this.restore(row))
  }

  highestNo(): number {
    return this.selectHighestNo.get()?.no ?? 0
  }

  put({ no, chainNo, deviceId, standing }: Append['devices'][number]): void {
    this.upsertDevice.run(no, chainNo, deviceId, standing.status, standing.keyNumber)
    for (const key of standing.keys.values()) this.insertKey.run(no, key.number, JSON.stringify(key.jwk), key.index)
  }

  private restore({ no, device_id, status, key_number }: DeviceRow): StoredDevice {
    // Parsed strictly when its entry was sequenced; the point checks cost 1 ms a key, and a restart has many.
    const keys = this.selectKeys.all(no).map((key) => ({ number: key.key_number, jwk: JSON.parse(key.jwk) as PublicJwk, index: key.index }))
    return { no, deviceId: device_id, standing: { status, keyNumber: key_number, keys: new Map(keys.map((key) => [key.number, key])) } }
  }
}
