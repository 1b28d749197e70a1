import { readFileSync } from 'node:fs'
import { OperatorError } from '@brume/config'

/** Where the log is and how one gets in, as `EVENT_LOG_URL` says it. */
export interface KafkaPlace {
  /** host:port */
  readonly brokers: readonly string[]
  /** Stands before the name of every topic and group. */
  readonly prefix: string
  /** The deployment has declared that one broker is all there is. */
  readonly single: boolean
  readonly sasl?: SaslLogin
  /** Contents of the files, PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

export interface SaslLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

const SHAPE = /^kafka:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/
const BROKER = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/
/** Names of topics have 249 characters at most; ours are short. */
const PREFIX = /^[A-Za-z0-9._-]{1,150}$/
const DEFAULT_PREFIX = 'brume.'
const MEMBERS = ['sasl', 'passwordFile', 'tls', 'caFile', 'certFile', 'keyFile', 'brokers']

/**
 * @param url `kafka://[user[:password]@]host:port[,host:port…][/prefix][?sasl=…&passwordFile=…&tls=true&caFile=…&certFile=…&keyFile=…&brokers=single]`.
 * WHATWG's URL takes one host only, so it is taken apart by hand.
 * @throws OperatorError with one line, which never holds the password
 */
export function parseKafkaUrl(url: string): KafkaPlace {
  const [, login, hosts = '', path = '', query = ''] = SHAPE.exec(url) ?? refuse('must look like kafka://[user@]host:port[,host:port…][/prefix][?…]')
  const members = membersOf(query)
  const sasl = loginOf(login, members)
  const tls = tlsOf(members)
  return {
    brokers: brokersOf(hosts),
    prefix: prefixOf(path),
    single: oneOf(members, 'brokers', ['single']) === 'single',
    ...(sasl === undefined ? {} : { sasl }),
    ...(tls === undefined ? {} : { tls }),
  }
}

function brokersOf(hosts: string): string[] {
  const brokers = hosts.split(',')
  const wrong = brokers.find((broker) => !BROKER.test(broker))
  return wrong === undefined ? brokers : refuse(`${JSON.stringify(wrong)} is not host:port`)
}

function prefixOf(path: string): string {
  if (path === '') return DEFAULT_PREFIX
  return PREFIX.test(path) ? path : refuse('the prefix may hold letters, digits, dots, underscores and hyphens')
}

function membersOf(query: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    if (!MEMBERS.includes(name)) refuse(`there is no member ${JSON.stringify(name)}; there are ${MEMBERS.join(', ')}`)
    if (members.has(name)) refuse(`${name} stands twice`)
    members.set(name, value)
  }
  return members
}

function loginOf(login: string | undefined, members: ReadonlyMap<string, string>): SaslLogin | undefined {
  const [user = '', ...rest] = (login ?? '').split(':')
  if (user === '') return members.has('sasl') || members.has('passwordFile') ? refuse('credentials need a user: kafka://user@host:port') : undefined
  return { mechanism: oneOf(members, 'sasl', ['scram-sha-256', 'scram-sha-512', 'plain']) ?? 'scram-sha-256', username: decoded(user), password: passwordOf(rest, members) }
}

function passwordOf(inUrl: readonly string[], members: ReadonlyMap<string, string>): string {
  const file = members.get('passwordFile')
  if (inUrl.length > 0) return file === undefined ? decoded(inUrl.join(':')) : refuse('a password stands in the URL and in passwordFile: leave one out')
  const password = contentOf('passwordFile', file ?? refuse('the user has no password: give passwordFile=PATH')).replace(/\r?\n$/, '')
  return password === '' ? refuse('passwordFile is empty') : password
}

function tlsOf(members: ReadonlyMap<string, string>): KafkaPlace['tls'] {
  const files = { ca: members.get('caFile'), cert: members.get('certFile'), key: members.get('keyFile') }
  const wanted = oneOf(members, 'tls', ['true', 'false'])
  const named = Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [[name, contentOf(`${name}File`, file)] as const]))
  if (wanted === 'false' && named.length > 0) refuse('tls=false, and files for TLS')
  if ((files.cert === undefined) !== (files.key === undefined)) refuse('certFile and keyFile go together')
  return wanted === 'true' || named.length > 0 ? Object.fromEntries(named) : undefined
}

function oneOf<const Value extends string>(members: ReadonlyMap<string, string>, name: string, values: readonly Value[]): Value | undefined {
  const given = members.get(name)
  if (given === undefined) return undefined
  return values.find((value) => value === given) ?? refuse(`${name} must be ${values.join(' or ')}`)
}

function contentOf(member: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error'
    return refuse(`${member} ${path} cannot be read (${code})`)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('user and password must be percent-encoded')
  }
}

function refuse(what: string): never {
  throw new OperatorError(`EVENT_LOG_URL: ${what}`)
}
