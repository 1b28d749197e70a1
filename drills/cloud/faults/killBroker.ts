import type { Fault } from '../fault.ts'
import { killAndRestart } from '../harm/kill.ts'

export const killBroker: Fault = {
  name: 'kill-broker', what: 'kill -9 of the only broker', short: true, mayBeLate: true, seconds: 18,
  strike: ({ cloud }, mending) => killAndRestart(cloud.broker, mending),
}
