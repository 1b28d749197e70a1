import { waitUntil } from '@brume/testing'
import { pause } from '../../traffic.ts'
import type { Fault } from '../fault.ts'
import { BrokerTools } from '../site/brokerTools.ts'
import { newChain } from '../site/chains.ts'
import type { DrillSite } from '../site/drillSite.ts'

const LIMIT_MS = 60_000
const RECORDS = 5
const TOPIC = 'entries'

/**
 * On the partition of a chain of its own, so that the other chains go on. Nothing that was promised is deleted: the records are ones that nobody was
 * promised. The ledger cannot know that, so it must stop and say so; an operator who has made sure moves the stored position.
 */
export const deletedRecords: Fault = {
  name: 'deleted-records', what: 'records deleted from the log ahead of a ledger that was stopped', short: false, mayBeLate: true, seconds: 60,
  async strike(site, mending) {
    const partition = await ownPartition(site)
    await using tools = await BrokerTools.connect(site.cloud.broker.part.bootstrap)
    const ledgers = [site.cloud.replica('ledger', 0), site.cloud.replica('ledger', 1)]
    mending.defer(async () => void (await Promise.all(ledgers.filter(({ runs }) => !runs).map((ledger) => ledger.start()))))
    for (const ledger of ledgers) await ledger.stop()
    for (let n = 0; n < RECORDS; n++) await tools.append(TOPIC, partition, 'nobody', Buffer.from(`deleted ${n}`))
    const left = await tools.deleteAll(TOPIC, partition)
    await Promise.all(ledgers.map((ledger) => ledger.start()))
    const reason = await waitUntil('a ledger says that its partition is halted', () => haltedReason(site, partition), { limitMs: LIMIT_MS })
    await operatorMovesOn(site, partition, left)
    for (const ledger of ledgers) await ledger.restart()
    await waitUntil('the partition is followed again', async () => (await haltedReason(site, partition)) === undefined, { limitMs: LIMIT_MS })
    return `/readyz: ${reason}; after an operator moved the position to ${left} it goes on`
  },
}

async function ownPartition(site: DrillSite): Promise<number> {
  const { id } = await newChain(site.api, 'batched')
  const partitionOf = async (chain: string): Promise<number> => Number(await sql(site, `SELECT partition FROM ledger_chains WHERE id = '${chain}'`))
  const partition = await partitionOf(id)
  const others = await Promise.all(site.chains.map((chain) => partitionOf(chain.id)))
  if (others.includes(partition)) throw new Error(`partition ${partition} has another chain too: the drill wants more partitions than chains`)
  await pause(1_000) // its own events are on the log, and worked off
  return partition
}

async function haltedReason({ cloud }: DrillSite, partition: number): Promise<string | undefined> {
  const texts = await Promise.all(cloud.running('ledger').map(async ({ url }) => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).text()))
  const pattern = new RegExp(`[^"]*${TOPIC}/${partition} is halted[^"]*`)
  return texts.map((text) => pattern.exec(text)?.[0]).find((found) => found !== undefined)
}

/** What the runbook of a gap says, once it is known that nothing promised is in it. */
async function operatorMovesOn(site: DrillSite, partition: number, next: number): Promise<void> {
  await sql(site, `UPDATE ledger_log_offsets SET next = ${next} WHERE topic = '${TOPIC}' AND partition = ${partition}`)
}

function sql({ cloud }: DrillSite, statement: string): Promise<string> {
  return cloud.database.part.superuser('brume', statement)
}
