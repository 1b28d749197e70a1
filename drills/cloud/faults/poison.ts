import { waitUntil } from '@brume/testing'
import type { Fault } from '../fault.ts'
import { BrokerTools } from '../site/brokerTools.ts'
import type { DrillSite } from '../site/drillSite.ts'

const LIMIT_MS = 30_000
const POISON = Buffer.from('neither an envelope nor an event')

export const poison: Fault = {
  name: 'poison', what: 'a record that does not parse on every partition of `entries` and on `devices`', short: true, mayBeLate: false, seconds: 12,
  async strike(site) {
    await using tools = await BrokerTools.connect(site.cloud.broker.part.bootstrap)
    const ids = []
    for (const topic of ['entries', 'devices']) for (const partition of await tools.partitionsOf(topic)) ids.push(`${topic}.${partition}.${await tools.append(topic, partition, 'poison', POISON)}`)
    const letters = await Promise.all(ids.map((id) => waitUntil(`the dead letter ${id}`, () => letterOf(site, id), { limitMs: LIMIT_MS })))
    return `listed as dead letters: ${letters.join(', ')}`
  },
}

/** What the platform says of the letter; undefined while it does not know it. */
async function letterOf({ cloud }: DrillSite, id: string): Promise<string | undefined> {
  const answer = await fetch(`${cloud.url}/v1/dead-letters/${id}`, { headers: { authorization: `Bearer ${cloud.operatorToken}` }, signal: AbortSignal.timeout(5_000) })
  const letter: any = await answer.json() // checked member by member
  return answer.status === 200 && letter.reason ? `${letter.id} (${String(letter.reason).slice(0, 60)})` : undefined
}
