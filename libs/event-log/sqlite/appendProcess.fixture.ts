/**
 * A process of its own that appends: `PATH NAME CALLS RECORDS_PER_CALL`. It writes `start I` before call I and, once that is acknowledged,
 * `ack I FIRST_OFFSET`, straight to standard output, so that nothing is lost in a buffer when it is killed.
 */
import { writeSync } from 'node:fs'
import { systemClock } from '@brume/config'
import { ENTRIES, declaredTopics } from '../topics.ts'
import { SqliteEventLog } from './sqliteEventLog.ts'

const [path = '', name = '', calls = '1', perCall = '1'] = process.argv.slice(2)
const log = await SqliteEventLog.open({ path, topics: declaredTopics(), clock: systemClock })
for (let call = 0; call < Number(calls); call++) {
  const records = Array.from({ length: Number(perCall) }, (_, i) => ({ key: name, value: Buffer.from(`${name} ${call} ${i}`) }))
  writeSync(1, `start ${call}\n`)
  const { firstOffset } = await log.append(ENTRIES, 0, records)
  writeSync(1, `ack ${call} ${firstOffset}\n`)
}
await log.close()
