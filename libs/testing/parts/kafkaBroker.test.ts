import kafkajs from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { freePort } from '../freePort.ts'
import { TemporaryFolder } from '../temporaryFolder.ts'
import { KafkaBroker } from './kafkaBroker.ts'
import { hasKafka } from './kafkaPrograms.ts'

async function brokersSeenAt(bootstrap: string): Promise<string[]> {
  const admin = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 0 } }).admin()
  await admin.connect()
  const { brokers } = await admin.describeCluster().finally(() => admin.disconnect())
  return brokers.map(({ host, port }) => `${host}:${port}`)
}

describe.skipIf(!hasKafka())('a broker (needs Java 17 and Maven)', () => {
  it('serves, advertises a proxy where one stands, keeps everything over kill -9, and ends by SIGTERM', async () => {
    using folder = new TemporaryFolder()
    const proxied = { port: await freePort(), advertisedPort: await freePort() }
    await using first = await KafkaBroker.start({ dataDir: folder.path, proxied: [proxied] })
    expect(await brokersSeenAt(first.bootstrap)).toEqual([first.bootstrap])
    // Whoever comes by the second listener is sent to the port of the proxy, where nobody is.
    await expect(brokersSeenAt(`127.0.0.1:${proxied.port}`)).rejects.toThrow(`ECONNREFUSED 127.0.0.1:${proxied.advertisedPort}`)
    const admin = new kafkajs.Kafka({ brokers: [first.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true })
    await admin.disconnect()

    expect(await first.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    await using second = await KafkaBroker.start(first.options)
    expect(second.bootstrap).toBe(first.bootstrap)
    await admin.connect()
    expect(await admin.listTopics()).toContain('kept')
    await admin.disconnect()
    // 143: Java's answer to SIGTERM, after it has ended in order.
    expect(await second.kill('SIGTERM')).toEqual({ code: 143, signal: null })
  }, 180_000)
})
