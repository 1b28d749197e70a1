import { freePort, type ServiceName } from '@brume/testing'

/** Slots that the edge proxy knows of each service. */
export const MOST_REPLICAS = 3

export type ReplicaName = `${ServiceName}-${number}`

/** All chosen before anything starts, and kept for the life of a site: each part can be told where the others will be. */
export interface CloudPorts {
  readonly edge: number
  readonly broker: number
  readonly database: number
  readonly engines: number
  readonly replicas: Readonly<Record<ServiceName, readonly number[]>>
}

/** Those that are given, else free ones. */
export async function chooseCloudPorts(given: Partial<Pick<CloudPorts, 'edge'>> = {}): Promise<CloudPorts> {
  return {
    edge: given.edge ?? (await freePort()),
    broker: await freePort(),
    database: await freePort(),
    engines: await freePort(),
    replicas: { auth: await slots(), ingest: await slots(), ledger: await slots() },
  }
}

function slots(): Promise<number[]> {
  return Promise.all(Array.from({ length: MOST_REPLICAS }, freePort))
}
