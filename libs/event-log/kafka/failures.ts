import { EventLogUnavailable } from '../errors.ts'

/** Error names of the Kafka protocol (https://kafka.apache.org/protocol#protocol_error_codes), in words for whoever must act. */
const WORDS: Readonly<Record<string, string>> = {
  NOT_ENOUGH_REPLICAS: 'fewer replicas are in sync than min.insync.replicas asks for',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'fewer replicas are in sync than min.insync.replicas asks for',
  KAFKA_STORAGE_ERROR: 'the disk of the broker fails or is full',
  LEADER_NOT_AVAILABLE: 'a partition has no leader',
  NOT_LEADER_FOR_PARTITION: 'a partition is moving to another broker',
  MESSAGE_TOO_LARGE: 'the topic takes only smaller batches: raise its max.message.bytes',
  RECORD_LIST_TOO_LARGE: 'the topic takes only smaller batches: raise its max.message.bytes',
  TOPIC_AUTHORIZATION_FAILED: 'this user may not use the topic',
  GROUP_AUTHORIZATION_FAILED: 'this user may not use the consumer group',
  CLUSTER_AUTHORIZATION_FAILED: 'this user may not ask the cluster for that',
}

/** They will be the same the next time. */
const LASTING = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']

/** The innermost error: kafkajs wraps what fails several times. */
export function causeOf(error: unknown): Error {
  let inner = error instanceof Error ? error : new Error(String(error))
  while (inner.cause instanceof Error) inner = inner.cause
  return inner
}

/** The protocol's name of the error, such as NOT_ENOUGH_REPLICAS. */
export function protocolError(error: unknown): string | undefined {
  const cause = causeOf(error)
  return 'type' in cause && typeof cause.type === 'string' ? cause.type : undefined
}

export function reasonOf(error: unknown): string {
  const type = protocolError(error)
  const words = type === undefined ? undefined : WORDS[type]
  return words ?? causeOf(error).message
}

export function lasts(error: unknown): boolean {
  return LASTING.includes(protocolError(error) ?? '')
}

export function unavailable(what: string, error: unknown): EventLogUnavailable {
  return error instanceof EventLogUnavailable ? error : new EventLogUnavailable(`${what}: ${reasonOf(error)}`, { cause: error })
}
