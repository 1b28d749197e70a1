import type { PublicJwk } from '@brume/envelope'
import type { DeviceStatus, KnownKey } from '@brume/proof'
import type { Append, StoredDevice } from '../ledgerStore.ts'
import { int4Array, textArray } from './binaryArrays.ts'
import type { Queryable, WriteStatement } from './statement.ts'

interface DeviceRow {
  no: number
  device_id: string
  status: DeviceStatus
  standing_key: number
}

/** All null for a device without keys. */
interface KeyRow {
  key_number: number | null
  jwk: string
  index: number
}

/** A number is one device's for good: another device under it, or the device under another, breaks the transaction. */
const UPSERT_DEVICES = `
  INSERT INTO ledger_chain_devices (no, chain_no, device_id, status, key_number) SELECT * FROM unnest($1::int4[], $2::int4[], $3::text[], $4::text[], $5::int4[])
  ON CONFLICT (no) DO UPDATE SET status = excluded.status, key_number = excluded.key_number`

/** The entry that made a key known stays the one that did. */
const INSERT_KEYS = `
  INSERT INTO ledger_chain_device_keys (device_no, key_number, jwk, "index") SELECT * FROM unnest($1::int4[], $2::int4[], $3::text[], $4::int4[])
  ON CONFLICT (device_no, key_number) DO NOTHING`

/** One statement, and so one state of both tables. */
const DEVICES_OF_CHAIN = `
  SELECT d.no, d.device_id, d.status, d.key_number AS standing_key, k.key_number, k.jwk, k."index"
  FROM ledger_chain_devices d LEFT JOIN ledger_chain_device_keys k ON k.device_no = d.no
  WHERE d.chain_no = $1 ORDER BY d.no, k.key_number`

/** A sequence gives no number twice, whoever asks, also when the transaction that asked is rolled back. */
const RESERVE = `SELECT nextval(pg_get_serial_sequence('ledger_chain_devices', 'no')) AS no FROM generate_series(1, $1)`

export function upsertDevices(devices: Append['devices']): WriteStatement {
  return {
    name: 'ledger-devices',
    text: UPSERT_DEVICES,
    values: [
      int4Array(devices.map(({ no }) => no)),
      int4Array(devices.map(({ chainNo }) => chainNo)),
      textArray(devices.map(({ deviceId }) => deviceId)),
      textArray(devices.map(({ standing }) => standing.status)),
      int4Array(devices.map(({ standing }) => standing.keyNumber)),
    ],
  }
}

export function insertDeviceKeys(devices: Append['devices']): WriteStatement {
  const keys = devices.flatMap(({ no, standing }) => [...standing.keys.values()].map((key) => ({ no, key })))
  return {
    name: 'ledger-device-keys',
    text: INSERT_KEYS,
    values: [
      int4Array(keys.map(({ no }) => no)),
      int4Array(keys.map(({ key }) => key.number)),
      textArray(keys.map(({ key }) => JSON.stringify(key.jwk))),
      int4Array(keys.map(({ key }) => key.index)),
    ],
  }
}

export async function devicesOf(db: Queryable, chainNo: number): Promise<StoredDevice[]> {
  const { rows } = await db.query<DeviceRow & KeyRow>(DEVICES_OF_CHAIN, [chainNo])
  return [...Map.groupBy(rows, ({ no }) => no).values()].flatMap(toDevice)
}

export async function reserveDeviceNumbers(db: Queryable, count: number): Promise<number[]> {
  if (count === 0) return []
  const { rows } = await db.query<{ no: string | number }>(RESERVE, [count])
  return rows.map(({ no }) => Number(no))
}

/** @param rows of one device, one for each key */
function toDevice(rows: readonly (DeviceRow & KeyRow)[]): StoredDevice[] {
  const keys = new Map(rows.flatMap(toKeys).map((key) => [key.number, key]))
  return rows.slice(0, 1).map(({ no, device_id, status, standing_key }) => ({ no, deviceId: device_id, standing: { status, keyNumber: standing_key, keys } }))
}

function toKeys({ key_number, jwk, index }: KeyRow): KnownKey[] {
  // Parsed strictly when its entry was sequenced; the point checks cost 1 ms a key, and a restart has many.
  return key_number === null ? [] : [{ number: key_number, jwk: JSON.parse(jwk) as PublicJwk, index }]
}
