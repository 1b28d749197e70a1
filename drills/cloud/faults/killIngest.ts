import type { Fault } from '../fault.ts'
import { killAndRestart } from '../harm/kill.ts'

export const killIngest: Fault = {
  name: 'kill-ingest', what: 'kill -9 of one ingest of two', short: true, mayBeLate: false, seconds: 15,
  strike: ({ cloud }, mending) => killAndRestart(cloud.replica('ingest', 0), mending),
}
