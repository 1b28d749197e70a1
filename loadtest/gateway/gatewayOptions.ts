import { parseArgs } from 'node:util'

export interface GatewayOptions {
  /** Loopback only: it has no authentication of its own, and no TLS. */
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The cloud's edge, `http://host:port`. */
  readonly upstream: URL
}

const LISTEN = /^(127(?:\.\d{1,3}){3}):(\d{1,5})$/
const LAST_PORT = 65_535

/** @throws TypeError for what cannot be used; its message is for whoever typed it */
export function gatewayOptions(words: readonly string[]): GatewayOptions {
  const { values } = parseArgs({ args: [...words], options: { listen: { type: 'string', default: '127.0.0.1:0' }, upstream: { type: 'string' } } })
  return { ...listenOf(values.listen), upstream: upstreamOf(values.upstream) }
}

function listenOf(text: string): Pick<GatewayOptions, 'host' | 'port'> {
  const [, host = '', port = ''] = LISTEN.exec(text) ?? []
  if (host === '' || Number(port) > LAST_PORT) throw new TypeError(`--listen ${text}: 127.x.x.x:PORT is expected`)
  return { host, port: Number(port) }
}

function upstreamOf(text = ''): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search !== '') throw new TypeError(`--upstream ${text}: http://HOST:PORT is expected`)
  return url
}
