import { signReading } from '@brume/envelope'
import { leafHash } from '@brume/merkle'
import { Agent, request } from 'node:http'
import type { SendingDevice } from './traffic.ts'

/** What became of one request: answered, never connected, or broken off after it was sent. */
export interface Fate {
  readonly leafHash: string
  readonly how: 'accepted' | 'answered otherwise' | 'not connected' | 'broken off'
  readonly what: string
  /** On a connection that had carried an answer before. */
  readonly reused: boolean
}

/** A device that sends one reading after the other on one kept-open connection, each once, and writes down what it heard. Ends when it may not go on, or nobody listens. */
export async function sendInTurn(url: string, { chain, signer }: SendingDevice, goesOn: () => boolean): Promise<Fate[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const fates: Fate[] = []
  for (let seq = 0; goesOn() && fates.at(-1)?.how !== 'not connected'; seq++) {
    const envelope = await signReading({ chain, seq, iat: 1_700_000_000 + seq }, Buffer.from(`{"v":${seq}}`), signer)
    fates.push({ leafHash: Buffer.from(leafHash(envelope)).toString('base64url'), ...(await post(url, envelope, agent)) })
  }
  agent.destroy()
  return fates
}

function post(url: string, envelope: Uint8Array, agent: Agent): Promise<Omit<Fate, 'leafHash'>> {
  const { promise, resolve } = Promise.withResolvers<Omit<Fate, 'leafHash'>>()
  const settle = (how: Fate['how'], what: string): void => resolve({ how, what, reused: sent.reusedSocket })
  const broken = (error: NodeJS.ErrnoException): void => settle(error.code === 'ECONNREFUSED' ? 'not connected' : 'broken off', String(error))
  const sent = request(`${url}/v1/readings`, { method: 'POST', agent, headers: { 'content-type': 'application/jose', 'content-length': envelope.length } }, (response) => {
    let text = ''
    const { statusCode } = response
    response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('error', broken)
    response.on('end', () => settle(statusCode === 202 ? 'accepted' : 'answered otherwise', `${statusCode} ${text}`))
  })
  sent.on('error', broken).end(envelope)
  return promise
}
