import type { Clock, NewId } from '@brume/config'
import { checkBindingRequest, parsePublicJwk, signControlEntry, type ControlPayload, type Signer } from '@brume/envelope'
import { ENTRIES, type BINDINGS, type BindingState, type DEVICES, type DeviceState, type EventLog } from '@brume/event-log'
import { toPage, type Page, type PageQuery } from '@brume/http'
import { bindingKey, type TableView } from '@brume/runtime'
import type { Chain } from '../chains/chain.ts'
import { ledgerProblems } from '../problems.ts'
import type { BindingResource } from './binding.dto.ts'
import type { DeviceChanges } from './deviceChanges.ts'

export interface BindingDeps {
  devices: TableView<typeof DEVICES>
  bindings: TableView<typeof BINDINGS>
  eventLog: EventLog
  signer: Signer
  clock: Clock
  newId: NewId
  changes: DeviceChanges
}

/** How long a binding may take from the log into the ledger and back as an event, ms. */
const SEQUENCED_LIMIT_MS = 10_000

/** Binds devices to chains: the platform's entry around the device's own signed request. */
export class BindingService {
  constructor(private readonly deps: BindingDeps) {}

  async bind(chain: Chain, deviceId: string, request: string): Promise<{ created: boolean; binding: BindingResource }> {
    const device = this.deviceOf(chain, deviceId)
    const bound = this.deps.bindings.get(bindingKey(chain.id, deviceId))
    if (bound) return { created: false, binding: toResource(bound) }
    const payload = await this.checked(chain, device, request)
    await this.append(chain, payload)
    const binding = await this.deps.bindings.waitFor(bindingKey(chain.id, deviceId), () => true, SEQUENCED_LIMIT_MS)
    if (!binding) throw ledgerProblems.problem('sequencing-late', undefined, { headers: { 'retry-after': '2' } })
    await this.deps.changes.catchUp(chain, deviceId) // what happened to the device while its binding was on its way
    return { created: true, binding: toResource(binding) }
  }

  get(chain: Chain, deviceId: string): BindingResource {
    const binding = this.deps.bindings.get(bindingKey(chain.id, deviceId))
    if (!binding) throw ledgerProblems.problem('binding-not-found', `Device ${deviceId} is not bound to chain ${chain.id}.`)
    return toResource(binding)
  }

  list(chain: Chain, query: PageQuery): Page<BindingResource> {
    const after = query.after ?? ''
    const rows = [...this.deps.bindings.values()]
      .filter((binding) => binding.chainId === chain.id && binding.deviceId > after)
      .sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
    const page = toPage(rows.slice(0, query.limit + 1), query, (binding) => binding.deviceId)
    return { ...page, items: page.items.map(toResource) }
  }

  private deviceOf(chain: Chain, deviceId: string): DeviceState {
    const device = this.deps.devices.get(deviceId)
    if (!device || device.tenantId !== chain.tenantId) throw ledgerProblems.problem('device-not-found', `There is no device ${deviceId}.`)
    if (device.status !== 'active') throw ledgerProblems.problem('device-not-active', `The device is ${device.status}.`)
    return device
  }

  private async checked(chain: Chain, device: DeviceState, request: string): Promise<ControlPayload> {
    const current = device.keys.find((key) => key.status === 'active')
    const key = current && parsePublicJwk(current.jwk)
    if (!current || !key?.ok) throw ledgerProblems.problem('device-not-active', 'The device has no key that signs.')
    const { jwk } = key.value
    const checked = await checkBindingRequest(Buffer.from(request), { chain: chain.id, device: device.id, keyNumber: current.number, jwk })
    if (!checked.ok) throw ledgerProblems.problem('binding-request-refused', checked.refusal.detail, { extensions: { refusal: checked.refusal.code } })
    return { typ: 'brume-binding', device: device.id, keyNumber: current.number, jwk, request }
  }

  private async append(chain: Chain, payload: ControlPayload): Promise<void> {
    const header = { chain: chain.id, iat: Math.floor(this.deps.clock.now() / 1000), jti: this.deps.newId() }
    const value = await signControlEntry(header, payload, this.deps.signer)
    await this.deps.eventLog.append(ENTRIES, chain.partition, [{ key: chain.id, value }])
  }
}

function toResource({ chainId, deviceId, leafHash, index }: BindingState): BindingResource {
  return { chain: chainId, device: deviceId, leafHash, index }
}
