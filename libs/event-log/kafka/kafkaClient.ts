import './quietTimers.ts'
import type { Admin, Consumer, ConsumerConfig, KafkaConfig, LogEntry } from 'kafkajs'
import kafkajs from 'kafkajs'
import Cluster from 'kafkajs/src/cluster/index.js'
import loggers from 'kafkajs/src/loggers/index.js'
import createSocketFactory from 'kafkajs/src/network/socketFactory.js'
import type { KafkaPlace } from './kafkaUrl.ts'

export type KafkaLogLevel = 'debug' | 'warn'
/** Takes what kafkajs itself has to say. */
export type KafkaLog = (level: KafkaLogLevel, line: string) => void

/** After a broker has gone, its partitions have new leaders within seconds; a connection that fails looks for them at once. */
const METADATA_AGE_MS = 30_000
const CONNECT_LIMIT_MS = 3_000
const REQUEST_LIMIT_MS = 5_000
/** Short: whoever uses a connection throws it away when it fails, and tries again himself (connection.ts). */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 2 }

/** Makes the connections of one process to one log, all of them alike. */
export class KafkaClient {
  readonly place: KafkaPlace
  private readonly topics: readonly string[]
  private readonly config: KafkaConfig
  private readonly kafka: InstanceType<typeof kafkajs.Kafka>

  /** @param topics full names of all topics */
  constructor(place: KafkaPlace, topics: readonly string[], log: KafkaLog) {
    this.place = place
    this.topics = topics
    this.config = {
      clientId: 'brume',
      brokers: [...place.brokers],
      connectionTimeout: CONNECT_LIMIT_MS,
      authenticationTimeout: REQUEST_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      enforceRequestTimeout: true,
      retry: RETRY,
      logLevel: kafkajs.logLevel.WARN,
      logCreator: () => (entry) => log(levelOf(entry), `${entry.namespace}: ${entry.log.message}${typeof entry.log['error'] === 'string' ? ` (${entry.log['error']})` : ''}`),
      // kafkajs has one type per mechanism and asks for the literal.
      ...(place.sasl === undefined ? {} : { sasl: place.sasl as KafkaConfig['sasl'] }),
      ssl: place.tls === undefined ? false : { ...place.tls },
    }
    this.kafka = new kafkajs.Kafka(this.config)
  }

  admin(): Admin {
    return this.kafka.admin()
  }

  consumer(config: ConsumerConfig): Consumer {
    return this.kafka.consumer({ metadataMaxAge: METADATA_AGE_MS, allowAutoTopicCreation: false, ...config })
  }

  /** Connected, and knows where every partition of every topic of ours is. */
  async cluster(): Promise<Cluster> {
    const { logLevel = kafkajs.logLevel.WARN, logCreator = () => () => undefined, ...rest } = this.config
    const cluster = new Cluster({
      ...rest,
      ssl: rest.ssl === false ? undefined : rest.ssl,
      brokers: this.place.brokers,
      socketFactory: createSocketFactory(),
      logger: loggers.createLogger({ level: logLevel, logCreator }),
      metadataMaxAge: METADATA_AGE_MS,
      allowAutoTopicCreation: false,
    })
    try {
      await cluster.connect()
      await cluster.addMultipleTargetTopics(this.topics)
      return cluster
    } catch (error) {
      await cluster.disconnect().catch(() => undefined)
      throw error
    }
  }
}

/** What happens at every rebalance, and what whoever uses the connection tells or mends itself, is no news. */
const ROUTINE = /rebalanc|not aware of this member|Restarting the consumer|Failed to connect to seed broker|has disconnected|Crash: |Connection (?:error|timeout)|Response without match/i

function levelOf({ log }: LogEntry): KafkaLogLevel {
  return ROUTINE.test(`${log.message} ${String(log['error'] ?? '')}`) ? 'debug' : 'warn'
}
