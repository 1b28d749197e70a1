import kafkajs, { type Admin, type Producer } from 'kafkajs'
import { randomBytes } from 'node:crypto'
import { atRate, type Timing } from '../load/openLoop.ts'

const MESSAGE_BYTES = 300
/** As long as a reading with 150 bytes of payload. */
const ENVELOPE_BYTES = 614
const BATCH = 100
const IN_FLIGHT = 16
const ALL_IN_SYNC = -1
const TOPIC = 'bench-produce'
/** DescribeConfigs, "config_source": set on the topic itself (KIP-226). */
const SET_ON_TOPIC = 1

/**
 * What the broker itself takes to make one small message durable: a kafkajs producer as it comes, one message of 300 bytes per send, acks=-1, to a topic
 * with the partitions, copies and settings of the one that readings go to.
 */
export class ProduceProbe implements AsyncDisposable {
  readonly #producer: Producer
  readonly #partitions: number

  private constructor(producer: Producer, partitions: number) {
    this.#producer = producer
    this.#partitions = partitions
  }

  static async start(brokers: readonly string[], like: string): Promise<ProduceProbe> {
    const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
    const partitions = await makeTopic(kafka.admin(), like)
    const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await producer.connect()
    return new ProduceProbe(producer, partitions)
  }

  produceAtRate(count: number, perSecond: number): Promise<Timing[]> {
    const value = randomBytes(MESSAGE_BYTES)
    return atRate(count, perSecond, async (at) => {
      await this.#producer.send({ topic: TOPIC, acks: ALL_IN_SYNC, messages: [{ value, partition: at % this.#partitions }] })
      return {}
    })
  }

  /** As fast as it takes them: batches as large as ingest's, sixteen under way. @returns messages/s */
  async produceAll(count: number): Promise<number> {
    const messages = Array.from({ length: BATCH }, () => ({ value: randomBytes(ENVELOPE_BYTES) }))
    const batches = Math.ceil(count / BATCH)
    const startMs = performance.now()
    let next = 0
    const work = async (): Promise<void> => {
      for (let at = next++; at < batches; at = next++) await this.#producer.send({ topic: TOPIC, acks: ALL_IN_SYNC, messages: messages.map(({ value }) => ({ value, partition: at % this.#partitions })) })
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, work))
    return (batches * BATCH * 1_000) / (performance.now() - startMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer.disconnect()
  }
}

/** @returns its partitions, as many as `like` has */
async function makeTopic(admin: Admin, like: string): Promise<number> {
  await admin.connect()
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [like] })
    const partitions = topics[0]?.partitions ?? []
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: like }] })
    const settings = (resources[0]?.configEntries ?? []).filter(({ configSource }) => Number(configSource) === SET_ON_TOPIC)
    const configEntries = settings.map(({ configName: name, configValue: value }) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: partitions.length, replicationFactor: partitions[0]?.replicas.length ?? 1, configEntries }], waitForLeaders: true })
    return partitions.length
  } finally {
    await admin.disconnect()
  }
}
