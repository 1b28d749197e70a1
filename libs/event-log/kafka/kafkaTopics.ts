import type { Admin, ITopicMetadata } from 'kafkajs'
import kafkajs from 'kafkajs'
import { OperatorError } from '@brume/config'
import type { TopicDeclaration, Topics } from '../topics.ts'
import { ENTRIES } from '../topics.ts'
import { protocolError } from './failures.ts'
import type { KafkaPlace } from './kafkaUrl.ts'
import { settingsOf } from './topicSettings.ts'

const REPLICAS = 3

/**
 * Makes the topics that are missing, adds partitions where more are declared, and refuses what is there with other settings: it would lose or reorder
 * what was promised. Processes that start at the same moment may all do it.
 *
 * @throws OperatorError with one line that says what and how to mend it
 */
export async function prepareTopics(admin: Admin, place: KafkaPlace, topics: Topics): Promise<void> {
  const named = Object.entries(topics).map(([topic, declaration]) => ({ topic, name: place.prefix + topic, declaration }))
  const there = new Set(await admin.listTopics())
  const missing = named.filter(({ name }) => !there.has(name))
  await create(admin, place, await replicasOf(admin, place, missing.length > 0), missing)
  const { topics: found } = await admin.fetchTopicMetadata({ topics: named.map(({ name }) => name) })
  for (const { topic, name, declaration } of named) await fitPartitions(admin, place, { topic, name, declaration }, found.find((one) => one.name === name))
  await checkSettings(admin, place, named)
}

interface Named {
  readonly topic: string
  readonly name: string
  readonly declaration: TopicDeclaration
}

/** Brokers of a cluster that starts join it one after the other: topics that were made meanwhile would have too few copies for ever. */
class BrokersMissing extends Error {
  override name = 'BrokersMissing'
}

async function replicasOf(admin: Admin, place: KafkaPlace, toMake: boolean): Promise<number> {
  const { brokers } = await admin.describeCluster()
  const named = place.brokers.length
  if (!place.single && brokers.length < Math.min(REPLICAS, named)) {
    if (toMake) throw new BrokersMissing(`${brokers.length} of the ${named} brokers are there, topics are still to be made`)
    return brokers.length
  }
  if (place.single && brokers.length > 1) refuse(`brokers=single, but the cluster has ${brokers.length} brokers: leave it out of EVENT_LOG_URL`)
  if (!place.single && brokers.length < 2) refuse('the cluster has one broker, which cannot keep two copies: add brokers, or declare it with brokers=single in EVENT_LOG_URL')
  return Math.min(REPLICAS, brokers.length)
}

async function create(admin: Admin, place: KafkaPlace, replicationFactor: number, missing: readonly Named[]): Promise<void> {
  if (missing.length === 0) return
  const topics = missing.map(({ name, declaration }) => ({
    topic: name,
    numPartitions: declaration.partitions,
    replicationFactor,
    configEntries: settingsOf(declaration, place.single).map(({ name: setting, value }) => ({ name: setting, value })),
  }))
  try {
    await admin.createTopics({ topics, waitForLeaders: true })
  } catch (error) {
    // Somebody else is making them; what is there is checked below.
    const errors = error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error]
    if (errors.some((one) => protocolError(one) !== 'TOPIC_ALREADY_EXISTS')) throw error
  }
}

async function fitPartitions(admin: Admin, place: KafkaPlace, { topic, name, declaration }: Named, found: ITopicMetadata | undefined): Promise<void> {
  const count = found?.partitions.length ?? 0
  const fewest = Math.min(...(found?.partitions ?? []).map(({ replicas }) => replicas.length))
  if (!place.single && fewest < 2) refuse(`the topic ${name} has one replica: kafka-reassign-partitions.sh gives it three`)
  if (declaration.compacted && count !== 1) refuse(`the topic ${name} has ${count} partitions, needed 1 (one order of its keys): make it anew, or choose another prefix in EVENT_LOG_URL`)
  if (count > declaration.partitions) refuse(`the topic ${name} has ${count} partitions, declared are ${declaration.partitions}: partitions never go; ${topic === ENTRIES ? `set ENTRIES_PARTITIONS=${count}` : 'choose another prefix in EVENT_LOG_URL'}`)
  if (count < declaration.partitions) await grow(admin, name, declaration.partitions)
}

async function grow(admin: Admin, name: string, count: number): Promise<void> {
  try {
    await admin.createPartitions({ topicPartitions: [{ topic: name, count }] })
  } catch (error) {
    const errors = error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error]
    // Somebody else has added them.
    if (errors.some((one) => protocolError(one) !== 'INVALID_PARTITIONS')) throw error
  }
}

async function checkSettings(admin: Admin, place: KafkaPlace, named: readonly Named[]): Promise<void> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: named.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })) })
  for (const { name, declaration } of named) {
    const actual = new Map(resources.find(({ resourceName }) => resourceName === name)?.configEntries.map(({ configName, configValue }) => [configName, configValue]))
    const wrong = settingsOf(declaration, place.single).filter((setting) => !setting.accepts(actual.get(setting.name) ?? ''))
    if (wrong.length === 0) continue
    const is = wrong.map((setting) => `${setting.name}=${actual.get(setting.name) ?? ''}, needed ${setting.value}`).join('; ')
    refuse(`the topic ${name} has ${is}: kafka-configs.sh --bootstrap-server ${place.brokers[0]} --alter --entity-type topics --entity-name ${name} --add-config ${wrong.map((setting) => `${setting.name}=${setting.value}`).join(',')}`)
  }
}

function refuse(what: string): never {
  throw new OperatorError(`Kafka: ${what}`)
}
