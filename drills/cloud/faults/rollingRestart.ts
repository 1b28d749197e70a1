import { serviceNames, type ServiceName } from '@brume/testing'
import type { Fault } from '../fault.ts'
import type { DrillSite } from '../site/drillSite.ts'

export const rollingRestart: Fault = {
  name: 'rolling-restart', what: 'every replica of every service restarted by SIGTERM, one after another', short: false, mayBeLate: false, seconds: 55, mostUnavailableMs: 2_000,
  async strike({ cloud }) {
    const before = pidsOf(cloud)
    for (const service of serviceNames) await cloud.rollingRestart(service)
    const after = pidsOf(cloud)
    if (after.some(([, pid]) => before.some(([, old]) => old === pid)) || after.length !== before.length) throw new Error(`pids before: ${before.join(' ')}, after: ${after.join(' ')}`)
    return before.map(([name, pid], at) => `${name} pid ${pid} → ${after[at]?.[1]}`).join(', ')
  },
}

function pidsOf(cloud: DrillSite['cloud']): (readonly [ServiceName, number])[] {
  return serviceNames.flatMap((service) => cloud.running(service).map(({ pid }) => [service, pid] as const))
}
