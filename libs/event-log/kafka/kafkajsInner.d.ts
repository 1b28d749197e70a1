/**
 * The parts of kafkajs 2.2.4 below its public API that this folder stands on, with the members that it uses. Its consumer reads only as member of
 * a group, and moves silently to another place when its offset is gone; its producer copies each batch once per message, and drops without a word what it
 * sends to a partition that it does not know yet. The client below has none of that. The version is pinned, and its last release is the last.
 */
declare module 'kafkajs/src/cluster/index.js' {
  import type { KafkaConfig } from 'kafkajs'

  export interface InnerMessage {
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Readonly<Record<string, Buffer | Buffer[]>>
    readonly timestamp: string
    readonly offset: string
    readonly isControlRecord: boolean
  }

  export interface FetchRequest {
    readonly maxWaitTime: number
    readonly minBytes: number
    readonly maxBytes: number
    readonly isolationLevel: number
    readonly topics: readonly { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[]
  }

  export interface FetchResponse {
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly { readonly partition: number; readonly messages: readonly InnerMessage[] }[] }[]
  }

  export interface ProduceRequest {
    readonly acks: number
    /** For the replicas, ms. */
    readonly timeout: number
    readonly topicData: readonly { topic: string; partitions: { partition: number; messages: { key: string; value: Buffer; headers?: Readonly<Record<string, string>> }[] }[] }[]
  }

  export interface ProduceResponse {
    readonly topics: readonly { readonly topicName: string; readonly partitions: readonly { readonly partition: number; readonly baseOffset: string; readonly logAppendTime: string }[] }[]
  }

  export interface InnerBroker {
    fetch(request: FetchRequest): Promise<FetchResponse>
    produce(request: ProduceRequest): Promise<ProduceResponse>
  }

  export interface PartitionMetadata {
    readonly partitionId: number
    readonly leader: number
    readonly isr: readonly number[]
  }

  export default class Cluster {
    constructor(options: Omit<KafkaConfig, 'brokers' | 'logLevel' | 'logCreator'> & { brokers: readonly string[]; logger: unknown; metadataMaxAge: number; allowAutoTopicCreation: boolean })
    connect(): Promise<void>
    disconnect(): Promise<void>
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>
    refreshMetadata(): Promise<void>
    refreshMetadataIfNecessary(): Promise<void>
    getNodeIds(): string[]
    findBroker(broker: { nodeId: string }): Promise<InnerBroker>
    findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[]
    fetchTopicsOffset(topics: readonly { topic: string; partitions: readonly { partition: number }[]; fromBeginning: boolean }[]): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { logCreator } from 'kafkajs'

  const loggers: { createLogger(options: { level: number; logCreator: logCreator }): unknown }
  export default loggers
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs'

  export default function createSocketFactory(): ISocketFactory
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: unknown[]
    throttledUntil: number
    throttleCheckTimeoutId: NodeJS.Timeout | null
    checkPendingRequests(): void
    scheduleCheckPendingRequests(): void
  }
}
