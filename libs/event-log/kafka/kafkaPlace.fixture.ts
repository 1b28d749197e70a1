/** For the tests of this folder: one broker for a file, a prefix of its own for each log. */
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { hasKafka, KafkaBroker, TemporaryFolder } from '@brume/testing'
import type { LogPlace } from '../contract/logPlace.ts'
import { contractTopics, QUEUE } from '../contract/logPlace.ts'
import type { KafkaEventLogOptions } from './kafkaEventLog.ts'
import { KafkaEventLog } from './kafkaEventLog.ts'

export const needsKafka = { skip: !hasKafka(), title: 'needs Java 17 and Maven' }

/** Starts before the tests of the file and ends after them. */
export function brokerForTests(options: Partial<Parameters<typeof KafkaBroker.start>[0]> = {}): { current(): KafkaBroker; replace(broker: KafkaBroker): void } {
  let broker: KafkaBroker | undefined
  const folder = new TemporaryFolder()
  const current = (): KafkaBroker => {
    if (broker === undefined) throw new Error('the broker has not started')
    return broker
  }
  beforeAll(async () => {
    if (!needsKafka.skip) broker = await KafkaBroker.start({ dataDir: folder.path, ...options })
  }, 120_000)
  afterAll(async () => {
    await broker?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  return { current, replace: (next) => void (broker = next) }
}

let prefixes = 0

export function newPrefix(): string {
  return `t${process.pid}-${++prefixes}.`
}

export async function openKafka(bootstrap: string, options: Partial<KafkaEventLogOptions> & { prefix: string }): Promise<KafkaEventLog> {
  const { prefix, ...rest } = options
  const log = await KafkaEventLog.open({ place: { brokers: [bootstrap], prefix, single: true }, topics: contractTopics, retry: { firstMs: 5, mostMs: 50 }, ...rest })
  onTestFinished(() => log.close())
  return log
}

export async function withAdmin<T>(bootstrap: string, work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

async function deleteRecords(bootstrap: string, topic: string, partition: number, offset: number): Promise<void> {
  await withAdmin(bootstrap, async (admin) => {
    // kafkajs finds the leader only of what it has asked about before.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
  })
}

export function kafkaPlace(bootstrap: string): LogPlace {
  const prefix = newPrefix()
  return {
    open: (options) => openKafka(bootstrap, { prefix, ...options }),
    deleteBefore: (partition, offset) => deleteRecords(bootstrap, prefix + QUEUE, partition, offset),
  }
}
