import type Cluster from 'kafkajs/src/cluster/index.js'
import type { StoredRecord } from '../eventLog.ts'
import { boundsOf, leaderOf } from './offsets.ts'
import { incoming } from './records.ts'

export interface Wanted {
  /** With the prefix. */
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly max: number
}

/** What one call brings at most; at least one record, however large. */
const READ_BYTES = 4 * 1024 * 1024
const READ_COMMITTED = 1
const LONG_POLL_MS = 100

/** A single look, outside every group. What is gone in front of the offset is left out, as compaction leaves it out. */
export async function readRecords(cluster: Cluster, { topic, partition, offset, max }: Wanted): Promise<StoredRecord[]> {
  const { low, end } = await boundsOf(cluster, topic, partition)
  const from = Math.max(offset, low)
  if (from >= end || max < 1) return []
  const broker = await cluster.findBroker({ nodeId: leaderOf(cluster, topic, partition) })
  const { responses } = await broker.fetch({
    maxWaitTime: LONG_POLL_MS,
    minBytes: 1,
    maxBytes: READ_BYTES,
    isolationLevel: READ_COMMITTED,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes: READ_BYTES }] }],
  })
  const messages = responses.flatMap(({ partitions }) => partitions).flatMap((one) => one.messages)
  return messages.filter((message) => !message.isControlRecord && Number(message.offset) >= from).slice(0, max).map(incoming)
}
