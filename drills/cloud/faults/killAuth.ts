import type { Fault } from '../fault.ts'
import { killAndRestart } from '../harm/kill.ts'

export const killAuth: Fault = {
  name: 'kill-auth', what: 'kill -9 of the only auth', short: false, mayBeLate: false, seconds: 15,
  strike: ({ cloud }, mending) => killAndRestart(cloud.replica('auth', 0), mending),
}
