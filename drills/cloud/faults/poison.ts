import { waitUntil } from '@brume/testing'
import type { Fault } from '../fault.ts'
import { BrokerTools } from '../site/brokerTools.ts'
import type { DrillSite } from '../site/drillSite.ts'

const LIMIT_MS = 30_000
const POISON = Buffer.from('neither an envelope nor an event')

export const poison: Fault = {
  name: 'poison', what: 'a record that does not parse on every partition of `entries` and on `devices`', short: true, mayBeLate: false, seconds: 8,
  async strike(site) {
    await using tools = await BrokerTools.connect(site.cloud.broker.part.bootstrap)
    const ids = [...await poisoned('entries', tools), ...await poisoned('devices', tools)]
    const reasons = await Promise.all(ids.map((id) => waitUntil(`the dead letter ${id}`, () => reasonOf(site, id), { limitMs: LIMIT_MS })))
    return `listed as dead letters: ${ids.join(', ')} (${[...new Set(reasons)].join('; ')})`
  },
}

/** @returns the ids of the letters that are to come */
async function poisoned(topic: string, tools: BrokerTools): Promise<string[]> {
  const ids = []
  for (const partition of await tools.partitionsOf(topic)) ids.push(`${topic}.${partition}.${await tools.append(topic, partition, 'poison', POISON)}`)
  return ids
}

/** Why the platform says that it did not parse; undefined while it does not list it. */
async function reasonOf({ cloud }: DrillSite, id: string): Promise<string | undefined> {
  const answer = await fetch(`${cloud.url}/v1/dead-letters/${id}`, { headers: { authorization: `Bearer ${cloud.operatorToken}` }, signal: AbortSignal.timeout(5_000) })
  const letter: any = await answer.json() // checked member by member
  return answer.status === 200 && letter.reason ? String(letter.reason).slice(0, 60) : undefined
}
