import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ChildProcess, freePort } from '@brume/testing'
import { contractTopics, limit, QUEUE, TABLE, textOf, textRecord } from '../contract/logPlace.ts'
import type { ConsumeOptions, RecordBatch } from '../eventLog.ts'
import { KafkaEventLog } from './kafkaEventLog.ts'
import { brokerForTests, needsKafka, newPrefix, openKafka, withAdmin } from './kafkaPlace.fixture.ts'

describe.skipIf(needsKafka.skip)(`a cluster (${needsKafka.title})`, () => {
  const broker = brokerForTests()
  const open = (prefix: string, options: { topics?: typeof contractTopics } = {}): Promise<KafkaEventLog> => openKafka(broker.current().bootstrap, { prefix, ...options })

  describe('a consumer group of several processes', () => {
    /** One database for all of them: offsets, and an epoch for each partition. */
    class Database {
      readonly next = [0, 0, 0, 0]
      readonly epochs = [0, 0, 0, 0]
      readonly seen: string[] = []
      readonly told: string[] = []

      member(name: string): ConsumeOptions {
        const mine = new Map<number, number>()
        return {
          group: 'ledger',
          topic: QUEUE,
          maxRecords: 10,
          onError: (error) => this.told.push(`${name} ${String(error)}`),
          assigned: async (partition) => {
            const epoch = (this.epochs[partition] ?? 0) + 1
            this.epochs[partition] = epoch
            mine.set(partition, epoch)
            this.told.push(`${name} +${partition}`)
          },
          revoked: async (partition) => void this.told.push(`${name} -${partition}`),
          position: async (partition) => this.next[partition] ?? 0,
          onBatch: ({ partition, records }: RecordBatch) => {
            if (mine.get(partition) !== this.epochs[partition]) throw new Error('another one owns it')
            expect(records[0]?.offset).toBe(this.next[partition])
            this.seen.push(...records.map(textOf))
            this.next[partition] = (this.next[partition] ?? 0) + records.length
          },
        }
      }

      /** Who holds what, as the calls of assigned and revoked have it. */
      held(name: string): number[] {
        const mine = new Set<number>()
        for (const [who, what = ''] of this.told.map((line) => line.split(' '))) {
          if (who !== name) continue
          if (what.startsWith('+')) mine.add(Number(what.slice(1)))
          else mine.delete(Number(what.slice(1)))
        }
        return [...mine].toSorted()
      }
    }

    it('share the partitions, hand them over when one comes or goes, and work off each record once', async () => {
      const prefix = newPrefix()
      const [log, other] = [await open(prefix), await open(prefix)]
      const database = new Database()
      let sent = 0
      const append = async (): Promise<void> => {
        await Promise.all([0, 1, 2, 3].map((partition) => log.append(QUEUE, partition, [textRecord(`${partition} ${sent}`)])))
        sent++
      }
      log.consume(database.member('one'))
      await append()
      await vi.waitFor(() => expect(database.held('one')).toEqual([0, 1, 2, 3]), limit)
      const second = other.consume(database.member('two'))
      await vi.waitFor(() => expect([database.held('one').length, database.held('two').length]).toEqual([2, 2]), limit)
      for (let i = 0; i < 10; i++) await append()
      await vi.waitFor(() => expect(database.seen).toHaveLength(44), limit)
      const startMs = performance.now()
      await second.close()
      expect(database.held('two')).toEqual([])
      await vi.waitFor(() => expect(database.held('one')).toEqual([0, 1, 2, 3]), limit)
      // It left the group: nobody waits for its session to end.
      expect(performance.now() - startMs).toBeLessThan(5_000)
      await append()
      await vi.waitFor(() => expect(database.seen).toHaveLength(48), limit)
      expect(new Set(database.seen).size).toBe(48)
      // Each time a partition was assigned anew, its epoch rose, also where it stayed.
      expect(Math.min(...database.epochs)).toBeGreaterThanOrEqual(3)
    })
  })

  it('gives the partitions of a killed process to another one, and of one that stands still, within a limit', async () => {
    const prefix = newPrefix()
    const log = await open(prefix)
    for (const partition of [0, 1, 2, 3]) await log.append(QUEUE, partition, [textRecord('a')])
    const [killed, still] = [await startMember(prefix), await startMember(prefix)]
    const batches = (child: ChildProcess): number => child.output.text.match(/^batch /gm)?.length ?? 0
    await vi.waitFor(() => expect([batches(killed), batches(still)].every((count) => count >= 2)).toBe(true), { timeout: 60_000, interval: 20 })
    process.kill(still.pid, 'SIGSTOP')
    await killed.kill('SIGKILL', 1_000)
    const seen = new Set<number>()
    log.consume({ group: 'ledger', topic: QUEUE, maxRecords: 10, position: async () => 0, onError: () => undefined, onBatch: ({ partition }) => void seen.add(partition) })
    await vi.waitFor(() => expect([...seen].toSorted()).toEqual([0, 1, 2, 3]), { timeout: 25_000, interval: 50 })
    // It comes back, finds that it has lost them, and takes its share as a new member.
    const before = still.output.text.match(/^assigned /gm)?.length ?? 0
    process.kill(still.pid, 'SIGCONT')
    await vi.waitFor(() => expect(still.output.text.match(/^assigned /gm)?.length).toBeGreaterThan(before), { timeout: 25_000, interval: 50 })
  }, 150_000)

  async function startMember(prefix: string): Promise<ChildProcess> {
    const file = fileURLToPath(new URL('memberProcess.fixture.ts', import.meta.url))
    const child = await ChildProcess.start({ command: [process.execPath, '--conditions=brume-source', file, broker.current().bootstrap, prefix], cwd: process.cwd(), env: process.env })
    onTestFinished(async () => void (await child.kill('SIGKILL', 1_000)))
    return child
  }

  describe('topics', () => {
    it('are made by whoever comes first, also when two start at once, and grow', async () => {
      const prefix = newPrefix()
      const [log] = await Promise.all([open(prefix), open(prefix), open(prefix)])
      await log.append(QUEUE, 3, [textRecord('a')])
      const more = { ...contractTopics, [QUEUE]: { ...contractTopics[QUEUE], partitions: 6 } }
      // The declared type has the literal 4.
      const grown = await open(prefix, { topics: more as unknown as typeof contractTopics })
      expect((await grown.append(QUEUE, 5, [textRecord('b')])).firstOffset).toBe(0)
      expect(await grown.end(QUEUE, 3)).toBe(1)
      await expect(open(prefix)).rejects.toThrow(`Kafka: the topic ${prefix}queue has 6 partitions, declared are 4: partitions never go; choose another prefix in EVENT_LOG_URL`)
    })

    it.each([
      { setting: 'retention.ms', value: '3600000', needed: '-1' },
      { setting: 'cleanup.policy', value: 'compact,delete', needed: 'delete' },
      { setting: 'message.timestamp.type', value: 'CreateTime', needed: 'LogAppendTime' },
      { setting: 'max.message.bytes', value: '1000000', needed: '10485760' },
      { setting: 'flush.messages', value: '1000', needed: '1' },
    ])('with $setting=$value are refused with the command that mends them', async ({ setting, value, needed }) => {
      const prefix = newPrefix()
      await (await open(prefix)).close()
      const { bootstrap } = broker.current()
      await withAdmin(bootstrap, (admin) => admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: `${prefix}queue`, configEntries: [{ name: 'max.message.bytes', value: '20000000' }, { name: 'retention.ms', value: '-1' }, { name: 'cleanup.policy', value: 'delete' }, { name: 'message.timestamp.type', value: 'LogAppendTime' }, { name: 'flush.messages', value: '1' }].map((entry) => (entry.name === setting ? { name: setting, value } : entry)) }] }))
      await expect(open(prefix)).rejects.toThrow(`Kafka: the topic ${prefix}queue has ${setting}=${value}, needed ${needed}: kafka-configs.sh --bootstrap-server ${bootstrap} --alter --entity-type topics --entity-name ${prefix}queue --add-config ${setting}=${needed}`)
    })

    it('that are compacted and have more than one partition are refused', async () => {
      const prefix = newPrefix()
      await withAdmin(broker.current().bootstrap, (admin) => admin.createTopics({ waitForLeaders: true, topics: [{ topic: `${prefix}${TABLE}`, numPartitions: 2, replicationFactor: 1, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }] }))
      await expect(open(prefix)).rejects.toThrow(`the topic ${prefix}table has 2 partitions, needed 1 (one order of its keys)`)
    })

    it('are not made before all brokers are there that the address names: they would have too few copies for ever', async () => {
      const { bootstrap } = broker.current()
      const place = { brokers: [bootstrap, bootstrap.replace(/\d+$/, '1')], prefix: newPrefix(), single: false }
      const lines: string[] = []
      await expect(KafkaEventLog.open({ place, topics: contractTopics, startLimitMs: 500, onWait: (line) => lines.push(line) })).rejects.toThrow('1 of the 2 brokers are there, topics are still to be made. Waited for 0.5 s')
      expect(lines).toEqual([expect.stringMatching(/^waits for Kafka at .*: 1 of the 2 brokers are there/)])
      await withAdmin(bootstrap, async (admin) => expect((await admin.listTopics()).filter((name) => name.startsWith(place.prefix))).toEqual([]))
    })

    it('on one broker need the declaration that one is all there is', async () => {
      const place = { brokers: [broker.current().bootstrap], prefix: newPrefix(), single: false }
      await expect(KafkaEventLog.open({ place, topics: contractTopics })).rejects.toThrow('Kafka: the cluster has one broker, which cannot keep two copies: add brokers, or declare it with brokers=single in EVENT_LOG_URL')
    })
  })

  describe('a start', () => {
    it('waits for a broker that is not there yet, says for what, and gives up at its limit', async () => {
      const place = { brokers: [`127.0.0.1:${await freePort()}`], prefix: newPrefix(), single: true }
      const lines: string[] = []
      await expect(KafkaEventLog.open({ place, topics: contractTopics, startLimitMs: 500, onWait: (line) => lines.push(line) })).rejects.toThrow(/^Kafka at 127.0.0.1:\d+ \(EVENT_LOG_URL\): .*ECONNREFUSED.*Waited for 0.5 s: is it running, and is the address right\?$/)
      expect(lines).toEqual([expect.stringMatching(/^waits for Kafka at 127.0.0.1:\d+ \(EVENT_LOG_URL\): .*ECONNREFUSED/)])
    })

    it('refuses at once credentials that the broker does not take, and TLS that it does not speak', async () => {
      const place = { brokers: [broker.current().bootstrap], prefix: newPrefix(), single: true }
      const sasl = { mechanism: 'plain', username: 'brume', password: 'secret' } as const
      await expect(KafkaEventLog.open({ place: { ...place, sasl }, topics: contractTopics })).rejects.toThrow(/takes no credentials here: leave user and password out/)
      await expect(KafkaEventLog.open({ place: { ...place, tls: {} }, topics: contractTopics })).rejects.toThrow(/does not speak TLS here: leave tls, caFile, certFile and keyFile out/)
    })
  })

  describe('a process', () => {
    it('makes Node warn of nothing', async () => {
      const warnings: string[] = []
      const note = (warning: Error): void => void warnings.push(warning.name)
      process.on('warning', note)
      onTestFinished(() => void process.off('warning', note))
      const log = await open(newPrefix())
      await log.table({ topic: TABLE, onError: () => undefined, onBatch: () => undefined }).ready
      await log.append(QUEUE, 0, [textRecord('a')])
      expect(warnings).toEqual([])
    })
  })
})
