import { UnknownPartition } from './errors.ts'

/** How a topic is laid out. Every adapter reads this table; nothing may be written beside it. */
export interface TopicDeclaration {
  readonly partitions: number
  /** Only the last record of each key is kept. A compacted topic has one partition, so that its keys have one order. */
  readonly compacted: boolean
  /** How long Kafka keeps a record of a topic that is not compacted, ms; `forever` when absent. The log of a fog node keeps everything. */
  readonly retentionMs?: number
  readonly what: string
}

export type Topics = Readonly<Record<string, TopicDeclaration>>

/** The names as constants: a misspelt topic does not compile. */
export const ENTRIES = 'entries'
export const TENANTS = 'tenants'
export const DEVICES = 'devices'
export const CHAINS = 'chains'
export const BINDINGS = 'bindings'
export const KEYS = 'keys'
export const USER_IDS = 'user-ids'
export const RECEIPTS = 'receipts'
export const CHECKPOINTS = 'checkpoints'
export const DEAD_LETTERS = 'dead-letters'

const WEEK_MS = 7 * 24 * 3_600_000

/**
 * The declared topics. A value is never a tombstone: revocation and deletion are states inside the value, so that a reader who comes late sees
 * them too. Partitions of `entries` may grow; a chain keeps the one in its record.
 */
export function declaredTopics(entriesPartitions = 4) {
  return {
    [ENTRIES]: { partitions: entriesPartitions, compacted: false, what: 'Signed envelopes on their way to the ledger; key: chain id. Kept for good: a database that was rolled back is replayed from here' },
    [TENANTS]: { partitions: 1, compacted: true, what: 'Tenants; key: tenant id' },
    [DEVICES]: { partitions: 1, compacted: true, what: 'Devices with their keys and status; key: device id' },
    [CHAINS]: { partitions: 1, compacted: true, what: 'Chains; key: chain id' },
    [BINDINGS]: { partitions: 1, compacted: true, what: 'Devices bound to chains; key: chain id/device id' },
    [KEYS]: { partitions: 1, compacted: true, what: 'Public keys of the services; key: kid' },
    [USER_IDS]: { partitions: 1, compacted: true, what: 'Current user ids; key: account id' },
    [RECEIPTS]: { partitions: 1, compacted: false, retentionMs: WEEK_MS, what: 'What became of anchored readings; key: chain id' },
    [CHECKPOINTS]: { partitions: 1, compacted: true, what: 'The newest signed checkpoint of each ledger, a signed note as text; key: chain id' },
    [DEAD_LETTERS]: { partitions: 1, compacted: true, what: 'What did not parse; key: topic/partition/offset of the origin' },
  } as const satisfies Topics
}

/** @throws UnknownPartition */
export function declarationOf(topics: Topics, topic: string, partition: number): TopicDeclaration {
  const declaration = topics[topic]
  if (declaration === undefined) throw new UnknownPartition(`There is no topic ${topic}`)
  if (Number.isInteger(partition) && partition >= 0 && partition < declaration.partitions) return declaration
  throw new UnknownPartition(`The topic ${topic} has ${declaration.partitions} partitions, not one with the number ${partition}`)
}

/** @throws UnknownPartition */
export function partitionsOf(topics: Topics, topic: string): number[] {
  return Array.from({ length: declarationOf(topics, topic, 0).partitions }, (_, partition) => partition)
}
