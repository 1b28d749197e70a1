import type { Clock, Config } from '@brume/config'
import type { KEYS } from '@brume/event-log'
import { AccessTokenVerifier } from '@brume/keys'
import type { TableView } from './tableView.ts'

/** Checks access tokens against the token keys on topic `keys`; no call to auth. A retired key ends its tokens at once. */
export function tokenVerifier(config: Pick<Config, 'origin'>, keys: TableView<typeof KEYS>, clock: Clock): AccessTokenVerifier {
  return new AccessTokenVerifier({
    issuer: config.origin,
    clock,
    keys: {
      get(kid) {
        const key = keys.get(kid)
        return key?.owner === 'auth' && key.use === 'token' && key.status === 'active' ? key.jwk : undefined
      },
    },
  })
}
