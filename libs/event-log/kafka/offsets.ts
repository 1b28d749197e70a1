import type Cluster from 'kafkajs/src/cluster/index.js'

export interface PartitionBounds {
  /** Of the first record that is still there. */
  readonly low: number
  /** The offset that the next record will get. */
  readonly end: number
}

export async function boundsOf(cluster: Cluster, topic: string, partition: number): Promise<PartitionBounds> {
  const [low, end] = await Promise.all([offsetAt(cluster, topic, partition, true), offsetAt(cluster, topic, partition, false)])
  return { low, end }
}

async function offsetAt(cluster: Cluster, topic: string, partition: number, fromBeginning: boolean): Promise<number> {
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }])
  const offset = answer?.partitions[0]?.offset
  // kafkajs leaves out what its metadata do not have yet.
  if (offset === undefined) throw new Error(`${topic}/${partition} is not known to the broker yet`)
  return Number(offset)
}

/** @throws Error when the partition has no leader now */
export function leaderOf(cluster: Cluster, topic: string, partition: number): string {
  const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader
  if (leader === undefined || leader < 0) throw new Error(`${topic}/${partition} has no leader`)
  return String(leader)
}
