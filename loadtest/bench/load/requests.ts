import type { SignedReading } from '@brume/testing'

/** Whole HTTP/1.1 requests as bytes, made before the clock starts: while it runs, the generator only writes and reads. */
export function batchRequest(readings: readonly SignedReading[]): Buffer {
  return postRequest('application/json', `{"readings":["${readings.map(({ envelope }) => envelope).join('","')}"]}`)
}

export function singleRequest({ envelope }: SignedReading): Buffer {
  return postRequest('application/jose', envelope)
}

function postRequest(type: string, body: string): Buffer {
  return Buffer.from(`POST /v1/readings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, 'latin1')
}

/** @param token of a tenant */
export function getRequest(path: string, token: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`, 'latin1')
}
