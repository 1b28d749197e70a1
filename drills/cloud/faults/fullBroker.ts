import { waitUntil } from '@brume/testing'
import { pause } from '../../traffic.ts'
import type { Fault } from '../fault.ts'
import { startAgain } from '../harm/kill.ts'
import { whyNoSmallDisk } from '../site/smallDisk.ts'

const LIMIT_MS = 60_000

/** Kafka gives up a folder that it cannot write to, and ends when it was the last one: freeing space and starting it is the operator's part. */
export const fullBroker: Fault = {
  name: 'full-broker', what: 'the file system under the broker is full', short: false, mayBeLate: true, seconds: 20, lasts: 'underLoadMs', unavailable: whyNoSmallDisk,
  async strike({ cloud: { broker }, disks: { broker: disk } }, mending, { underLoadMs }) {
    if (disk === undefined) throw new Error('the broker does not lie on a small disk')
    mending.defer(async () => {
      disk.free()
      await startAgain(broker)
    })
    const taken = disk.fill()
    await waitUntil('the broker complains', () => /No space left on device/.test(broker.part.output), { limitMs: LIMIT_MS })
    await pause(underLoadMs)
    const ended = broker.runs ? 'it went on refusing' : `it ended (exit ${broker.part.exit?.code ?? broker.part.exit?.signal})`
    return `a ballast of ${Math.round(taken / 2 ** 20)} MiB left no byte; the broker wrote "No space left on device"; ${ended}`
  },
}
