import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { TemporaryFolder } from '@brume/testing'
import { parseKafkaUrl } from './kafkaUrl.ts'

function fileWith(content: string): string {
  const folder = new TemporaryFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const path = join(folder.path, 'file')
  writeFileSync(path, content)
  return path
}

it('takes one broker or several, with the default prefix', () => {
  expect(parseKafkaUrl('kafka://broker:9092')).toEqual({ brokers: ['broker:9092'], prefix: 'brume.', single: false })
  expect(parseKafkaUrl('kafka://a.example:9092,10.0.0.7:9093,[::1]:9094/')).toEqual({ brokers: ['a.example:9092', '10.0.0.7:9093', '[::1]:9094'], prefix: 'brume.', single: false })
})

it('takes a prefix and the declaration of a single broker', () => {
  expect(parseKafkaUrl('kafka://broker:9092/site-1.?brokers=single')).toEqual({ brokers: ['broker:9092'], prefix: 'site-1.', single: true })
})

it('takes credentials from the URL, percent-encoded, or the password from a file without its line end', () => {
  expect(parseKafkaUrl('kafka://br%40me:p%3A%2Fss@broker:9092?sasl=plain').sasl).toEqual({ mechanism: 'plain', username: 'br@me', password: 'p:/ss' })
  expect(parseKafkaUrl(`kafka://brume@broker:9092?passwordFile=${encodeURIComponent(fileWith('from a file\n'))}`).sasl).toEqual({ mechanism: 'scram-sha-256', username: 'brume', password: 'from a file' })
})

it('takes TLS with the system\'s authorities, with one of its own, and with a client\'s certificate', () => {
  expect(parseKafkaUrl('kafka://broker:9093?tls=true').tls).toEqual({})
  const [ca, cert, key] = [fileWith('CA'), fileWith('CERT'), fileWith('KEY')]
  expect(parseKafkaUrl(`kafka://broker:9093?caFile=${ca}&certFile=${cert}&keyFile=${key}`).tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY' })
  expect(parseKafkaUrl('kafka://broker:9092?tls=false').tls).toBeUndefined()
})

it.each([
  ['kafka://', 'EVENT_LOG_URL: must look like kafka://[user@]host:port[,host:port…][/prefix][?…]'],
  ['kafka://broker', 'EVENT_LOG_URL: "broker" is not host:port'],
  ['kafka://a:9092,b', 'EVENT_LOG_URL: "b" is not host:port'],
  ['kafka://broker:9092/a/b', 'EVENT_LOG_URL: the prefix may hold letters, digits, dots, underscores and hyphens'],
  ['kafka://broker:9092?acks=0', 'EVENT_LOG_URL: there is no member "acks"; there are sasl, passwordFile, tls, caFile, certFile, keyFile, brokers'],
  ['kafka://broker:9092?tls=true&tls=true', 'EVENT_LOG_URL: tls stands twice'],
  ['kafka://broker:9092?tls=yes', 'EVENT_LOG_URL: tls must be true or false'],
  ['kafka://broker:9092?brokers=3', 'EVENT_LOG_URL: brokers must be single'],
  ['kafka://broker:9092?sasl=plain', 'EVENT_LOG_URL: credentials need a user: kafka://user@host:port'],
  ['kafka://brume@broker:9092', 'EVENT_LOG_URL: the user has no password: give passwordFile=PATH'],
  ['kafka://brume:s3cr3t@broker:9092?sasl=gssapi', 'EVENT_LOG_URL: sasl must be scram-sha-256 or scram-sha-512 or plain'],
  ['kafka://brume:s3cr3t@broker:9092?passwordFile=x', 'EVENT_LOG_URL: a password stands in the URL and in passwordFile: leave one out'],
  ['kafka://brume:%zz@broker:9092', 'EVENT_LOG_URL: user and password must be percent-encoded'],
  ['kafka://brume@broker:9092?passwordFile=/no/such/file', 'EVENT_LOG_URL: passwordFile /no/such/file cannot be read (ENOENT)'],
  ['kafka://broker:9093?certFile=/dev/null', 'EVENT_LOG_URL: certFile and keyFile go together'],
  ['kafka://broker:9093?tls=false&caFile=/dev/null', 'EVENT_LOG_URL: tls=false, and files for TLS'],
])('refuses %s in one line, without the password', (url, message) => {
  expect(() => parseKafkaUrl(url)).toThrow(message)
  expect(() => parseKafkaUrl(url)).not.toThrow(/s3cr3t/)
})
