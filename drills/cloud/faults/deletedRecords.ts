import { ReadingPool, samplePayload, waitUntil, type PoolDevice } from '@brume/testing'
import type { Fault } from '../fault.ts'
import { BrokerTools } from '../site/brokerTools.ts'
import { newChain, newDevice, type DrillChain } from '../site/chains.ts'
import type { DrillSite } from '../site/drillSite.ts'
import { postReadings } from '../traffic/readingPost.ts'

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
    const own = await ownChain(site)
    const { partition } = own
    await using tools = await BrokerTools.connect(site.cloud.broker.part.bootstrap)
    const ledgers = [site.cloud.replica('ledger', 0), site.cloud.replica('ledger', 1)]
    mending.defer(() => startAll(ledgers))
    await stopAll(ledgers)
    for (let n = 0; n < RECORDS; n++) await tools.append(TOPIC, partition, 'nobody', Buffer.from(`deleted ${n}`))
    const left = await tools.deleteAll(TOPIC, partition)
    await startAll(ledgers)
    const reason = await waitUntil('a ledger says that its partition is halted', () => haltedReason(site, partition), { limitMs: LIMIT_MS })
    await stopAll(ledgers)
    await operatorMovesOn(site, partition, left)
    await startAll(ledgers)
    await takesReading(site, own)
    return `/readyz: ${reason}; after an operator moved the position to ${left}, the next reading of its chain was sequenced`
  },
}

type LedgerPlace = ReturnType<DrillSite['cloud']['replica']>

async function stopAll(ledgers: readonly LedgerPlace[]): Promise<void> {
  await Promise.all(ledgers.map((ledger) => ledger.stop()))
}

async function startAll(ledgers: readonly LedgerPlace[]): Promise<void> {
  await Promise.all(ledgers.filter(({ runs }) => !runs).map((ledger) => ledger.start()))
}

interface OwnChain {
  readonly chain: DrillChain
  readonly device: PoolDevice
  readonly partition: number
}

async function ownChain(site: DrillSite): Promise<OwnChain> {
  const chain = await newChain(site.api, 'batched')
  const device = await newDevice(site.api, chain.id)
  const partitionOf = async (id: string): Promise<number> => Number(await sql(site, `SELECT partition FROM ledger_chains WHERE id = '${id}'`))
  const partition = await partitionOf(chain.id)
  const others = await Promise.all(site.chains.map(({ id }) => partitionOf(id)))
  if (others.includes(partition)) throw new Error(`partition ${partition} has another chain too: the drill wants more partitions than chains`)
  await waitUntil('what the chain has on the log is worked off', async () => {
    await chain.follower.look()
    return chain.follower.size > 0 // the binding of its device
  }, { limitMs: LIMIT_MS })
  return { chain, device, partition }
}

async function takesReading({ cloud }: DrillSite, { chain, device }: OwnChain): Promise<void> {
  const reading = new ReadingPool(device).next(samplePayload(0), 1_700_000_000)
  await waitUntil('the chain takes a reading', async () => (await postReadings(cloud.url, [reading]))[0]?.kind === 'promised', { limitMs: LIMIT_MS })
  await waitUntil('it is sequenced', async () => {
    await chain.follower.look()
    return chain.follower.placesOf(reading.leafHash).length > 0
  }, { limitMs: LIMIT_MS })
}

async function haltedReason({ cloud }: DrillSite, partition: number): Promise<string | undefined> {
  const texts = await Promise.all(cloud.running('ledger').map(async ({ url }) => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).text()))
  const pattern = new RegExp(`[^"]*${TOPIC}/${partition} is halted[^"]*`)
  return texts.map((text) => pattern.exec(text)?.[0]).find((found) => found !== undefined)
}

/** docs/cloud.md, "A partition that is halted": allowed because nothing promised is in the gap. */
async function operatorMovesOn(site: DrillSite, partition: number, next: number): Promise<void> {
  await sql(site, `UPDATE ledger_log_offsets SET next = ${next} WHERE topic = '${TOPIC}' AND partition = ${partition}`)
}

function sql({ cloud }: DrillSite, statement: string): Promise<string> {
  return cloud.database.part.superuser('brume', statement)
}
