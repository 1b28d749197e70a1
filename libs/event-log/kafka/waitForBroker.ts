import { OperatorError } from '@brume/config'
import { Backoff } from '../backoff.ts'
import { causeOf, protocolError, reasonOf } from './failures.ts'
import type { KafkaPlace } from './kafkaUrl.ts'
import type { Listener } from './listenerProbe.ts'
import { probeListener } from './listenerProbe.ts'

export interface WaitOptions {
  readonly limitMs: number
  /** Told what is waited for, once for each new reason. */
  readonly onWait: (line: string) => void
}

const RETRY = { firstMs: 200, mostMs: 2_000 }
/** Node's names for a chain of certificates that is not trusted; https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const CERTIFICATE = /certificate|CERT_|SELF_SIGNED|ALTNAME/i

/**
 * Tries until it works: a broker may start after us. What waiting does not mend ends it at once.
 *
 * @throws OperatorError with one line that says what and how to mend it, without secrets
 */
export async function waitForBroker<T>(place: KafkaPlace, attempt: () => Promise<T>, { limitMs, onWait }: WaitOptions): Promise<T> {
  const endMs = performance.now() + limitMs
  const backoff = new Backoff(RETRY)
  const never = new AbortController().signal
  let said = ''
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      await refuseForGood(place, error)
      const line = `Kafka at ${place.brokers.join(',')} (EVENT_LOG_URL): ${reasonOf(error)}`
      if (performance.now() > endMs) throw new OperatorError(`${line}. Waited for ${limitMs / 1_000} s: is it running, and is the address right?`)
      if (line !== said) onWait(`waits for ${line}`)
      said = line
      await backoff.pause(never)
    }
  }
}

async function refuseForGood(place: KafkaPlace, error: unknown): Promise<void> {
  if (error instanceof OperatorError) throw error
  const found = await probeListener(place.brokers[0] ?? '')
  const why = place.tls === undefined ? refusalInPlain(place, error, found) : refusalOfTls(place, error, found)
  if (why !== undefined) throw new OperatorError(`EVENT_LOG_URL: Kafka at ${place.brokers.join(',')} ${why}`)
}

function refusalInPlain(place: KafkaPlace, error: unknown, found: Listener): string | undefined {
  if (found.speaks === 'tls') return 'speaks TLS: add tls=true, and caFile=PATH for an authority of your own'
  if (found.speaks === 'sasl') return refusalOfLogin(place, error, found.mechanisms)
  if (found.speaks === 'kafka' && place.sasl !== undefined) return 'takes no credentials here: leave user and password out, or name its listener for them'
  return undefined
}

function refusalOfLogin(place: KafkaPlace, error: unknown, mechanisms: readonly string[]): string | undefined {
  const takes = mechanisms.map((name) => name.toLowerCase())
  if (place.sasl === undefined) return `needs credentials (sasl=${takes.join(' or sasl=')}): kafka://USER@HOST:PORT?passwordFile=PATH`
  if (!takes.includes(place.sasl.mechanism)) return `does not take sasl=${place.sasl.mechanism}: use sasl=${takes.join(' or sasl=')}`
  return refusalOfPassword(place, error)
}

function refusalOfTls(place: KafkaPlace, error: unknown, found: Listener): string | undefined {
  if (found.speaks === 'kafka' || found.speaks === 'sasl') return 'does not speak TLS here: leave tls, caFile, certFile and keyFile out, or name its listener for TLS'
  const { message } = causeOf(error)
  // Node's advice, after the semicolon, is for people who start Node themselves.
  if (CERTIFICATE.test(message)) return `has a certificate that is not trusted (${message.replace(/;.*$/s, '')}): name its authority with caFile=PATH`
  return refusalOfPassword(place, error)
}

function refusalOfPassword(place: KafkaPlace, error: unknown): string | undefined {
  const refused = causeOf(error).name === 'KafkaJSSASLAuthenticationError' || protocolError(error) === 'SASL_AUTHENTICATION_FAILED'
  return refused ? `refuses the credentials of ${place.sasl?.username ?? ''} (sasl=${place.sasl?.mechanism ?? ''}): look at user, password and mechanism` : undefined
}
