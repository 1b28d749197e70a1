import type { HttpConnection, HttpResponse } from '../../bench/load/httpConnection.ts'
import { batchRequest, getRequest, singleRequest } from '../../bench/load/requests.ts'
import { turn } from '../../bench/site/batches.ts'
import { signed, type BoundDevice } from '../../bench/site/boundDevice.ts'

/** What a scenario does in one iteration, without k6: one or more requests on a kept connection. The answer is that of the last one. */
export type Exchange = (connection: HttpConnection, at: number) => Promise<HttpResponse>

/** Readings of the devices in turn, so many in each request. */
export function readingExchange(devices: readonly BoundDevice[], exchanges: number, perRequest: number): Exchange {
  const batches = Array.from({ length: exchanges }, (_, at) => signed(turn(devices, at), perRequest))
  const requests = batches.map((batch) => (perRequest === 1 ? batch.map(singleRequest) : [batchRequest(batch)])).flat()
  return (connection, at) => connection.send(requests[at] ?? Buffer.alloc(0))
}

/** As in loadtest/scenarios/latestValue.ts: the chain says the size of its ledger, and a page of one entry has the last one. */
export function latestExchange(chainId: string, token: string): Exchange {
  const path = `/v1/chains/${chainId}`
  const chain = getRequest(path, token)
  return async (connection) => {
    const answer = await connection.send(chain)
    return answer.status === 200 ? connection.send(getRequest(`${path}/readings?limit=1${cursorOf(answer)}`, token)) : answer
  }
}

/** As in loadtest/scenarios/proofDownload.ts: the proofs of these, one after the other and again. */
export function proofExchange(chainId: string, token: string, leafHashes: readonly string[]): Exchange {
  const requests = leafHashes.map((leafHash) => getRequest(`/v1/chains/${chainId}/proofs/${leafHash}`, token))
  return (connection, at) => connection.send(turn(requests, at))
}

/** Of a ledger with one entry, the first page is the last one. */
function cursorOf({ body }: HttpResponse): string {
  const { ledger: { size } }: { ledger: { size: number } } = JSON.parse(body.toString('utf8')) // the platform's own form
  return size < 2 ? '' : `&cursor=${Buffer.from(String(size - 2)).toString('base64url')}`
}
