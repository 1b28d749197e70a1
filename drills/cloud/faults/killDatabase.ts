import type { Fault } from '../fault.ts'
import { killAndRestart } from '../harm/kill.ts'

export const killDatabase: Fault = {
  name: 'kill-database', what: 'kill -9 of the database, postmaster and backends', short: true, mayBeLate: true, seconds: 20,
  strike: ({ cloud }, mending) => killAndRestart(cloud.database, mending),
}
