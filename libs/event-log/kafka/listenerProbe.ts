import { once } from 'node:events'
import { connect } from 'node:net'

/** What somebody without credentials and without TLS finds at an address. */
export type Listener =
  | { readonly speaks: 'kafka' }
  | { readonly speaks: 'sasl'; readonly mechanisms: readonly string[] }
  | { readonly speaks: 'tls' }
  | { readonly speaks: 'nothing' }

const PROBE_LIMIT_MS = 2_000
const SASL_HANDSHAKE = 17
const ILLEGAL_SASL_STATE = 34
/** RFC 8446 section 5.1: the record type of an alert. */
const TLS_ALERT = 21
/** A name that no broker has, so that the answer lists those that it has. */
const NO_MECHANISM = 'brume-asks'

/**
 * Asks for a SASL handshake. A broker that wants none says so; one that wants credentials lists its mechanisms; one that wants TLS sends an alert or
 * hangs up. kafkajs meets all of that as "Closed connection", like a broker that is still starting.
 */
export async function probeListener(broker: string): Promise<Listener> {
  const colon = broker.lastIndexOf(':')
  const socket = connect({ host: broker.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(broker.slice(colon + 1)) })
  socket.setTimeout(PROBE_LIMIT_MS, () => socket.destroy(new Error('no answer')))
  try {
    await once(socket, 'connect')
    socket.write(handshakeRequest())
    const [answer] = (await once(socket, 'data')) as [Buffer] // a socket without encoding
    return listenerOf(answer)
  } catch {
    return { speaks: 'nothing' }
  } finally {
    socket.destroy()
  }
}

/** Request header version 1 (api key, api version, correlation id, client id) and the one string of SaslHandshake version 1. */
function handshakeRequest(): Buffer {
  const client = 'brume'
  const body = Buffer.alloc(10 + client.length + 2 + NO_MECHANISM.length)
  body.writeInt16BE(SASL_HANDSHAKE, 0)
  body.writeInt16BE(1, 2)
  body.writeInt32BE(1, 4)
  body.writeInt16BE(client.length, 8)
  body.write(client, 10)
  body.writeInt16BE(NO_MECHANISM.length, 10 + client.length)
  body.write(NO_MECHANISM, 12 + client.length)
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

/** Size, correlation id, error code, then the mechanisms. */
function listenerOf(answer: Buffer): Listener {
  if (answer[0] === TLS_ALERT) return { speaks: 'tls' }
  if (answer.length < 14) return { speaks: 'nothing' }
  if (answer.readInt16BE(8) === ILLEGAL_SASL_STATE) return { speaks: 'kafka' }
  const mechanisms: string[] = []
  let at = 14
  for (let left = answer.readInt32BE(10); left > 0 && at + 2 <= answer.length; left--) {
    const length = answer.readInt16BE(at)
    mechanisms.push(answer.toString('utf8', at + 2, at + 2 + length))
    at += 2 + length
  }
  return { speaks: 'sasl', mechanisms: mechanisms.toSorted() }
}
