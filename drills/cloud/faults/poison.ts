import { waitUntil } from '@brume/testing'
import type { Fault } from '../fault.ts'
import { withBroker } from '../site/brokerAdmin.ts'

const LIMIT_MS = 30_000
const POISON = Buffer.from('neither an envelope nor an event \u0000')

export const poison: Fault = {
  name: 'poison', what: 'a record that does not parse, on every partition of `entries` and on `devices`', short: true, mayBeLate: false, seconds: 12,
  async strike(site) {
    const { producer, admin, nameOf } = withBroker(site.cloud.broker.part.bootstrap)
    await using _ = producer
    await using __ = admin
    const ids = [...await producer.toEveryPartition(nameOf('entries'), POISON), ...await producer.toEveryPartition(nameOf('devices'), POISON)]
    const reasons = await Promise.all(ids.map((id) => waitUntil(`the dead letter ${id}`, () => reasonOf(site, id), { limitMs: LIMIT_MS })))
    return `listed as dead letters: ${ids.map((id, at) => `${id} (${reasons[at]})`).join(', ')}`
  },
}
