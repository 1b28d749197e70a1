import { hash } from 'node:crypto'
import { parseReading, type ReadingEnvelope } from '@brume/envelope'
import { ENTRIES, type EventLog, type StoredRecord } from '@brume/event-log'
import type { ChainStandings } from '../views/chainStandings.ts'
import type { DeviceStandings } from '../views/deviceStandings.ts'
import type { RecentReadings } from './recentReadings.ts'

export interface WarmUpDeps {
  readonly log: EventLog
  readonly recent: RecentReadings
  readonly devices: DeviceStandings
  readonly chains: ChainStandings
}

/** What each partition contributes: devices that lost an answer in a crash send again what is at its end. About 10 µs each. */
const RECORDS_PER_PARTITION = 10_000
const RECORDS_AT_ONCE = 1_000
const LEAF_PREFIX = Uint8Array.of(0x00)

/** Reads the end of every partition of `entries` into the recent readings, so that a restart is no gap in what is recognised. */
export async function warmUp(deps: WarmUpDeps, partitions: number): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) await warmPartition(deps, partition)
}

async function warmPartition(deps: WarmUpDeps, partition: number): Promise<void> {
  const end = await deps.log.end(ENTRIES, partition)
  for (let next = Math.max(0, end - RECORDS_PER_PARTITION); next < end; ) {
    const records = await deps.log.readFrom(ENTRIES, partition, next, RECORDS_AT_ONCE)
    const last = records.at(-1)
    if (last === undefined) return
    for (const record of records) remember(deps, record)
    next = last.offset + 1
  }
}

/** Entries of the platform have no seq and are passed over. */
function remember({ recent, devices, chains }: WarmUpDeps, { value, timeMs }: StoredRecord): void {
  const parsed = parseReading(value)
  if (!parsed.ok) return
  const { envelope } = parsed
  const identity = { chainNo: chains.named(envelope.chain).no, deviceNo: devices.numberOf(envelope.signer.deviceId), epoch: envelope.epoch, seq: envelope.seq }
  if (recent.find(identity) === undefined) recent.add(identity, { bytes: hashesOf(envelope), at: 0 }, timeMs)
}

/** As the verify worker makes them. */
function hashesOf({ bytes, signingInput }: ReadingEnvelope): Buffer {
  return Buffer.concat([hash('sha256', Buffer.concat([LEAF_PREFIX, bytes]), 'buffer'), hash('sha256', signingInput, 'buffer')])
}
