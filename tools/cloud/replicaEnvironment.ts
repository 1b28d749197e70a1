import type { CloudLinks } from './cloudLinks.ts'
import type { ReplicaName } from './cloudPorts.ts'
import type { CloudSecrets } from './cloudSecrets.ts'

/** What every replica of a site is told; the addresses depend on who asks. */
export interface SharedSettings {
  readonly secrets: CloudSecrets
  readonly origin: string
  readonly database: string
  readonly databaseRoles: string
  readonly engineTokenFile: string
}

/** haproxy looks every 0.5 s and once more 0.1 s later: by then nothing new comes to a replica that drains. */
const DRAIN_GRACE_MS = 1_000

export function replicaEnvironment(name: ReplicaName, links: CloudLinks, { secrets, origin, database, databaseRoles, engineTokenFile }: SharedSettings): Record<string, string> {
  return {
    BRUME_ORIGIN: origin,
    BRUME_KEK: secrets.kek,
    BRUME_OPERATOR_TOKEN: secrets.operatorToken,
    DATABASE_URL: `postgresql://${links.address(name, 'database')}/${database}`,
    DATABASE_ROLES: databaseRoles,
    EVENT_LOG_URL: `kafka://${links.address(name, 'broker')}?brokers=single`,
    ENGINE_URL: `http://${links.address(name, 'engines')}`,
    ENGINE_TOKEN_FILE: engineTokenFile,
    DRAIN_GRACE_MS: String(DRAIN_GRACE_MS),
  }
}
