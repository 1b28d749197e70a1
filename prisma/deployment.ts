import { OperatorError } from '@brume/config'
import type { Database } from './database.ts'
import { isUniqueViolation } from './uniqueViolation.ts'

export interface Deployment {
  /** EventLog.identity() */
  readonly logIdentity: string
  /** BRUME_ORIGIN */
  readonly origin: string
}

/** The database belongs to another deployment: two that wrote to it would mix their ledgers. */
export class DeploymentRefused extends OperatorError {
  override name = 'DeploymentRefused'
  override readonly exitCode = 2
}

const ONLY_ROW = 1

/** The first start writes down whose database this is; every later one compares. @throws DeploymentRefused */
export async function claimDeployment(database: Database, deployment: Deployment, createdAt: Date): Promise<void> {
  const held = (await find(database)) ?? (await claim(database, deployment, createdAt)) ?? (await find(database))
  if (held === undefined) throw new Error('the row of platform_deployment was written by another process and has gone again')
  if (held.origin !== deployment.origin) throw new DeploymentRefused(`the database belongs to the deployment with BRUME_ORIGIN=${held.origin}, this one says ${deployment.origin}: set BRUME_ORIGIN=${held.origin}, or point DATABASE_URL at a database of its own`)
  if (held.logIdentity !== deployment.logIdentity) throw new DeploymentRefused(`the database belongs to the event log ${held.logIdentity}, EVENT_LOG_URL names ${deployment.logIdentity}: point EVENT_LOG_URL at that log, or DATABASE_URL at a database of its own`)
}

async function find(database: Database): Promise<Deployment | undefined> {
  return (await database.prisma.platformDeployment.findUnique({ where: { id: ONLY_ROW } })) ?? undefined
}

/** Undefined when another process was faster. */
async function claim(database: Database, deployment: Deployment, createdAt: Date): Promise<Deployment | undefined> {
  try {
    return await database.write((tx) => tx.platformDeployment.create({ data: { id: ONLY_ROW, ...deployment, createdAt } }))
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
}
