/** How a topic is laid out. Every adapter reads this table; nothing may be written beside it. */
export interface TopicDeclaration {
  readonly partitions: number
  /** Only the last record of each key is kept. A compacted topic has one partition, so that its keys have one order. */
  readonly compacted: boolean
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
export const DEAD_LETTERS = 'dead-letters'

/**
 * The declared topics. A value is never a tombstone: revocation and deletion are states inside the value, so that a reader who comes late sees
 * them too. Partitions of `entries` may grow; a chain keeps the one in its record.
 */
export function declaredTopics(entriesPartitions = 4) {
  return {
    [ENTRIES]: { partitions: entriesPartitions, compacted: false, what: 'Signed envelopes on their way to the ledger; key: chain id' },
    [TENANTS]: { partitions: 1, compacted: true, what: 'Tenants; key: tenant id' },
    [DEVICES]: { partitions: 1, compacted: true, what: 'Devices with their keys and status; key: device id' },
    [CHAINS]: { partitions: 1, compacted: true, what: 'Chains; key: chain id' },
    [BINDINGS]: { partitions: 1, compacted: true, what: 'Devices bound to chains; key: chain id/device id' },
    [KEYS]: { partitions: 1, compacted: true, what: 'Public keys of the services; key: kid' },
    [DEAD_LETTERS]: { partitions: 1, compacted: true, what: 'What did not parse; key: topic/partition/offset of the origin' },
  } as const satisfies Topics
}
