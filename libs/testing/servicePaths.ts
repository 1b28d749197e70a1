/** Where each service answers. */
export interface ServiceUrls {
  readonly auth: string
  readonly ingest: string
  readonly ledger: string
}

export type ServiceName = keyof ServiceUrls

/** Where each replica of each service answers. */
export type ReplicaUrls = Readonly<Record<ServiceName, readonly string[]>>

export const serviceNames: readonly ServiceName[] = ['auth', 'ingest', 'ledger']

/** Which paths are whose: by path alone, which is all that a router needs to know (design, "At the edges"). What stands below a path is its owner's too. */
export const servicePaths: ReadonlyArray<readonly [path: string, owner: ServiceName]> = [
  ['/v1/tenants', 'auth'],
  ['/v1/devices', 'auth'],
  ['/.well-known', 'auth'],
  ['/v1/readings', 'ingest'],
  ['/v1/chains', 'ledger'],
  ['/v1/dead-letters', 'ledger'],
]

/** Undefined: every service has a part of it, or none. */
export function ownerOf(path: string): ServiceName | undefined {
  return servicePaths.find(([owned]) => path === owned || path.startsWith(`${owned}/`))?.[1]
}
