import { join } from 'node:path'
import { BrokerCluster, KafkaBroker, TemporaryFolder } from '@brume/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { contractTopics, QUEUE, textOf, textRecord } from '../contract/logPlace.ts'
import type { StoredRecord } from '../eventLog.ts'
import { KafkaEventLog } from './kafkaEventLog.ts'
import { needsKafka, newPrefix } from './kafkaPlace.fixture.ts'

const CALLERS = 12
const CALLS = 40

describe.skipIf(needsKafka.skip)(`three brokers, two in sync (${needsKafka.title})`, () => {
  const folder = new TemporaryFolder()
  let cluster: BrokerCluster
  let first: KafkaBroker

  beforeAll(async () => {
    cluster = await BrokerCluster.start(3, { heap: '160m' }, { folder: folder.path, progress: () => undefined })
    first = await KafkaBroker.start({ ...cluster.first, dataDir: join(folder.path, 'first') })
  }, 240_000)

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]()
    await first?.kill('SIGKILL')
    folder[Symbol.dispose]()
  }, 60_000)

  async function open(prefix: string): Promise<KafkaEventLog> {
    const log = await KafkaEventLog.open({ place: { brokers: cluster.bootstrap, prefix, single: false }, topics: contractTopics, retry: { firstMs: 5, mostMs: 50 } })
    onTestFinished(() => log.close())
    return log
  }

  /** Each call is tried again until it is acknowledged. @returns what was, by partition */
  async function append(log: KafkaEventLog, name: string, meanwhile: () => Promise<void> = async () => undefined): Promise<Map<number, Set<string>>> {
    const acknowledged = new Map<number, Set<string>>([0, 1, 2, 3].map((partition) => [partition, new Set()]))
    const caller = async (number: number): Promise<void> => {
      for (let call = 0; call < CALLS; call++) {
        const [text, partition] = [`${name} ${number} ${call}`, call % 4]
        while (!(await log.append(QUEUE, partition, [textRecord(text)]).then(() => true, () => false))) await new Promise((resolve) => setTimeout(resolve, 50))
        acknowledged.get(partition)?.add(text)
      }
    }
    await Promise.all([...Array.from({ length: CALLERS }, (_, number) => caller(number)), meanwhile()])
    return acknowledged
  }

  async function stored(log: KafkaEventLog, partition: number): Promise<string[]> {
    const records: StoredRecord[] = []
    for (;;) {
      const more = await log.readFrom(QUEUE, partition, records.length, 10_000)
      if (more.length === 0) return records.map(textOf)
      records.push(...more)
    }
  }

  it('acknowledge appends to all partitions, whoever leads them', async () => {
    const log = await open(newPrefix())
    for (const [partition, texts] of await append(log, 'quiet')) expect((await stored(log, partition)).toSorted()).toEqual([...texts].toSorted())
  }, 60_000)

  it('lose nothing that was acknowledged when one of them is killed, and go on with two', async () => {
    const log = await open(newPrefix())
    const [victim] = cluster.others
    if (!victim) throw new Error('the cluster has no other broker')
    const acknowledged = await append(log, 'killed', async () => void (await victim.kill('SIGKILL')))
    for (const [partition, texts] of acknowledged) {
      expect(texts.size).toBe((CALLERS * CALLS) / 4)
      // What was tried again may stand there twice: the ledger collapses it.
      const there = new Set(await stored(log, partition))
      expect([...texts].filter((text) => !there.has(text))).toEqual([])
    }
  }, 120_000)
})
