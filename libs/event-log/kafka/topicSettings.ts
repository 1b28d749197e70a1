import type { TopicDeclaration } from '../topics.ts'
import { MAX_APPEND_BYTES } from './kafkaAppender.ts'

/** A setting of a topic, and what of it is enough. */
export interface TopicSetting {
  readonly name: string
  readonly value: string
  readonly accepts: (actual: string) => boolean
}

/** Kafka counts a batch with its own headers; the appender estimates from above, and this is room on top. */
const MAX_BATCH_BYTES = MAX_APPEND_BYTES + 2 * 1024 * 1024
const FOREVER = '-1'

/**
 * What our promises need of a topic. In a deployment with a single broker there is no second copy, so that one flushes each batch to its disk before it
 * answers; with three, two have it in memory on two machines.
 */
export function settingsOf({ compacted, retentionMs }: TopicDeclaration, single: boolean): TopicSetting[] {
  return [
    exactly('cleanup.policy', compacted ? 'compact' : 'delete'),
    ...(compacted ? [] : [exactly('retention.ms', String(retentionMs ?? FOREVER)), exactly('retention.bytes', FOREVER)]),
    exactly('message.timestamp.type', 'LogAppendTime'),
    exactly('unclean.leader.election.enable', 'false'),
    atLeast('min.insync.replicas', single ? 1 : 2),
    atLeast('max.message.bytes', MAX_BATCH_BYTES),
    ...(single ? [exactly('flush.messages', '1')] : []),
  ]
}

function exactly(name: string, value: string): TopicSetting {
  return { name, value, accepts: (actual) => actual === value }
}

function atLeast(name: string, value: number): TopicSetting {
  return { name, value: String(value), accepts: (actual) => Number(actual) >= value }
}
