import { sha256 } from 'k6/crypto'
import { SharedArray } from 'k6/data'
import { b64decode } from 'k6/encoding'
import { ticks } from './arrivals.ts'
import { arrivals, required } from './settings.ts'

/**
 * One request body a line, signed ahead: `npm run loadtest:envelopes`. Each in an array of its own: k6 freezes what a shared array hands out, and a bare text
 * letter by letter, which took half of its CPU.
 */
const bodies = new SharedArray<readonly [string]>('bodies', () => lines().map((line) => [line]))

export function bodyOf(iteration: number): string {
  return bodies[iteration]?.[0] ?? ''
}

/** Every request needs a reading of its own: the same one again would have its first receipt, which costs the server less. */
export function requireEnough(): void {
  const needed = ticks(arrivals)
  if (bodies.length < needed) throw new Error(`ENVELOPES has ${bodies.length} requests, but RATE, WARM_UP and DURATION need ${needed}`)
}

/** Of the file's readings, in their order: RFC 9162 section 2.1.1, in base64url. */
export function leafHashes(): readonly (readonly [string])[] {
  return new SharedArray<readonly [string]>('leafHashes', () => lines().flatMap(readingsOf).map((envelope) => [sha256(`\u0000${envelope}`, 'base64rawurl')]))
}

/** Id of the chain that the file's readings are for. */
export function chain(): string {
  const [first = ''] = readingsOf(bodyOf(0))
  return chainOf(first)
}

function lines(): string[] {
  const found = open(required('ENVELOPES')).split('\n').filter((line) => line !== '')
  if (found.length === 0) throw new Error('ENVELOPES is empty')
  return found
}

function readingsOf(body: string): string[] {
  if (!body.startsWith('{')) return [body]
  const { readings }: { readings: string[] } = JSON.parse(body)
  return readings
}

function chainOf(envelope: string): string {
  const { chain }: { chain: string } = JSON.parse(b64decode(envelope.slice(0, envelope.indexOf('.')), 'rawurl', 's'))
  return chain
}
