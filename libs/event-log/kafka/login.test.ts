import { describe, expect, it, vi } from 'vitest'
import { contractTopics, limit, QUEUE, textOf, textRecord } from '../contract/logPlace.ts'
import { KafkaEventLog } from './kafkaEventLog.ts'
import { brokerForTests, needsKafka, newPrefix } from './kafkaPlace.fixture.ts'
import { parseKafkaUrl } from './kafkaUrl.ts'

const credentials = { user: 'brume', password: 'k33p-m3-s3cr3t' }

describe.skipIf(needsKafka.skip)(`a broker that asks for credentials (${needsKafka.title})`, () => {
  const broker = brokerForTests({ credentials })
  const url = (login: string, query = ''): string => `kafka://${login}${broker.current().bootstrap}/${newPrefix()}?brokers=single${query}`
  const open = (text: string): Promise<KafkaEventLog> => KafkaEventLog.open({ place: parseKafkaUrl(text), topics: contractTopics, startLimitMs: 20_000 })

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('is served with %s: records, groups and tables', async (mechanism) => {
    const log = await open(url(`${credentials.user}:${credentials.password}@`, `&sasl=${mechanism}`))
    const seen: string[] = []
    log.consume({ group: 'ledger', topic: QUEUE, position: async () => 0, maxRecords: 10, onError: () => undefined, onBatch: ({ records }) => void seen.push(...records.map(textOf)) })
    await log.append(QUEUE, 0, [textRecord('a')])
    await vi.waitFor(() => expect(seen).toEqual(['a']), limit)
    await log.close()
  })

  it('refuses at once without them, with a wrong password and with another mechanism, and never says the password', async () => {
    const startMs = performance.now()
    await expect(open(url(''))).rejects.toThrow(/needs credentials \(sasl=plain or sasl=scram-sha-256 or sasl=scram-sha-512\): kafka:\/\/USER@HOST:PORT\?passwordFile=PATH$/)
    await expect(open(url('brume:wr0ng-s3cr3t@'))).rejects.toThrow(/^(?!.*wr0ng).*refuses the credentials of brume \(sasl=scram-sha-256\)/)
    await expect(open(url('brume:wr0ng-s3cr3t@', '&sasl=plain'))).rejects.toThrow(/^(?!.*wr0ng).*refuses the credentials of brume \(sasl=plain\)/)
    expect(performance.now() - startMs).toBeLessThan(10_000)
  })
})
