import { waitUntil } from '@brume/testing'
import { pause } from '../../traffic.ts'
import type { Fault } from '../fault.ts'
import { startAgain } from '../harm/kill.ts'
import { whyNoSmallDisk } from '../site/smallDisk.ts'

const LIMIT_MS = 60_000

export const fullDatabase: Fault = {
  name: 'full-database', what: 'the file system under the database is full', short: false, mayBeLate: true, seconds: 20, lasts: 'underLoadMs', unavailable: whyNoSmallDisk,
  async strike({ cloud: { database }, disks: { database: disk } }, mending, { underLoadMs }) {
    if (disk === undefined) throw new Error('the database does not lie on a small disk')
    mending.defer(async () => {
      disk.free()
      await startAgain(database)
    })
    const taken = disk.fill()
    await waitUntil('the database complains', () => /No space left on device/.test(database.part.output), { limitMs: LIMIT_MS })
    await pause(underLoadMs)
    const ended = database.runs ? 'it went on refusing' : 'it ended'
    return `a ballast of ${Math.round(taken / 2 ** 20)} MiB left no byte; the database wrote "No space left on device"; ${ended}`
  },
}
