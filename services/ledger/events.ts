import { BINDINGS, CHAINS, controlEvent, KEYS, type BindingState, type OutboxEntry } from '@brume/event-log'
import type { SigningKey } from '@brume/keys'
import type { Chain } from './chains/chain.ts'

/** What the ledger tells the other services, in the form of libs/event-log/controlEvents.ts. `id`: a new UUIDv7. */
export function chainEvent(id: string, time: Date, chain: Chain): OutboxEntry {
  const { id: chainId, tenantId, name, state, writeMode, public: isPublic, partition, origin, anchoring } = chain
  return controlEvent(CHAINS, { id: chainId, tenantId, name, state, writeMode, public: isPublic, partition, origin, anchoring }, { id, time: time.toISOString() })
}

export function bindingEvent(id: string, time: Date, binding: BindingState): OutboxEntry {
  return controlEvent(BINDINGS, binding, { id, time: time.toISOString() })
}

export function keyEvent(id: string, time: Date, key: SigningKey): OutboxEntry {
  const { kty, crv, x } = key.publicJwk
  return controlEvent(KEYS, { kid: key.kid, owner: 'ledger', use: 'platform', jwk: { kty, crv, x }, status: 'active' }, { id, time: time.toISOString() })
}
