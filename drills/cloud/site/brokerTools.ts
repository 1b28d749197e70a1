import { CompressionTypes, Kafka, logLevel, type Admin, type Producer } from 'kafkajs'

/** Of every topic of a deployment (EVENT_LOG_URL). */
const PREFIX = 'brume.'

/** What somebody with a Kafka client of their own can do to the log, past the platform. Topics without the prefix. */
export class BrokerTools implements AsyncDisposable {
  readonly #admin: Admin
  readonly #producer: Producer

  private constructor(admin: Admin, producer: Producer) {
    this.#admin = admin
    this.#producer = producer
  }

  static async connect(bootstrap: string): Promise<BrokerTools> {
    const kafka = new Kafka({ clientId: 'brume-drill', brokers: [bootstrap], logLevel: logLevel.NOTHING })
    const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })]
    await Promise.all([admin.connect(), producer.connect()])
    return new BrokerTools(admin, producer)
  }

  /** @returns the offset that it got */
  async append(topic: string, partition: number, key: string, value: Buffer): Promise<number> {
    const [stored] = await this.#producer.send({ topic: PREFIX + topic, acks: -1, compression: CompressionTypes.None, messages: [{ partition, key, value }] })
    return Number(stored?.baseOffset)
  }

  async partitionsOf(topic: string): Promise<number[]> {
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: [PREFIX + topic] })
    return (topics[0]?.partitions ?? []).map(({ partitionId }) => partitionId).sort((a, b) => a - b)
  }

  /** Deletes every record of the partition. @returns the first offset that is left, which is the end */
  async deleteAll(topic: string, partition: number): Promise<number> {
    const { high } = await this.#boundsOf(topic, partition) // kafkajs finds the leader only of what it has asked about before
    await this.#admin.deleteTopicRecords({ topic: PREFIX + topic, partitions: [{ partition, offset: high }] })
    return Number((await this.#boundsOf(topic, partition)).low)
  }

  async #boundsOf(topic: string, partition: number): Promise<{ low: string; high: string }> {
    const bounds = (await this.#admin.fetchTopicOffsets(PREFIX + topic)).find((one) => one.partition === partition)
    if (bounds === undefined) throw new Error(`${topic} has no partition ${partition}`)
    return bounds
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#admin.disconnect(), this.#producer.disconnect()])
  }
}
