import type { Problem } from '@brume/http'
import { ingestProblems } from '../problems.ts'
import type { DeviceStandings } from '../views/deviceStandings.ts'
import type { Candidate } from './recognition.ts'

/** May this reading be accepted now? Asked only after its signature held: nobody else is told how device, key and chain stand. */
export function refuseAdmission({ deviceNo, keySlot, chain }: Candidate, devices: DeviceStandings): Problem | undefined {
  const status = devices.statusOf(deviceNo)
  if (status === 'revoked') return ingestProblems.problem('device-revoked')
  if (status === 'suspended') return ingestProblems.problem('device-suspended')
  if (devices.isReplaced(keySlot)) return ingestProblems.problem('stale-key')
  const { state } = chain.state
  if (state !== 'ready') return ingestProblems.problem('chain-not-ready', `The chain is ${state}.`, { extensions: { state } })
  return undefined
}
