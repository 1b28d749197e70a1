import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasTool, TemporaryFolder } from '@brume/testing'
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

describe.skipIf(needsKafka.skip || !hasTool('openssl', 'version'))(`a broker that speaks TLS and asks for credentials (${needsKafka.title}, openssl)`, () => {
  const folder = new TemporaryFolder()
  afterAll(() => folder[Symbol.dispose]())
  const key = join(folder.path, 'key.pem')
  const certificate = join(folder.path, 'certificate.pem')
  const keystoreFile = join(folder.path, 'keystore.pem')
  // Before the broker starts: hooks run in the order in which they stand.
  beforeAll(() => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
    writeFileSync(keystoreFile, readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'), { mode: 0o600 })
  })
  const broker = brokerForTests({ credentials, tls: { keystoreFile } })
  const url = (query: string, password = credentials.password): string => `kafka://brume:${password}@${broker.current().bootstrap}/${newPrefix()}?brokers=single${query}`
  const open = (text: string): Promise<KafkaEventLog> => KafkaEventLog.open({ place: parseKafkaUrl(text), topics: contractTopics, startLimitMs: 20_000 })

  it('is served when its certificate is trusted', async () => {
    const log = await open(url(`&caFile=${certificate}`))
    expect((await log.append(QUEUE, 0, [textRecord('a')])).firstOffset).toBe(0)
    expect((await log.readFrom(QUEUE, 0, 0, 1)).map(textOf)).toEqual(['a'])
    await log.close()
  })

  it('refuses at once without TLS, with an unknown authority and with a wrong password', async () => {
    await expect(open(url(''))).rejects.toThrow(/speaks TLS: add tls=true, and caFile=PATH for an authority of your own$/)
    await expect(open(url('&tls=true'))).rejects.toThrow(/has a certificate that is not trusted \(.*self-signed certificate\): name its authority with caFile=PATH$/)
    await expect(open(url(`&caFile=${certificate}`, 'wr0ng'))).rejects.toThrow(/refuses the credentials of brume/)
  })
})
