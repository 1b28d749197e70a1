import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSettingsError } from './address.ts'

/** Roles of the database, see roles.sql. */
export type Role = 'brume_migrator' | 'brume_auth' | 'brume_ingest' | 'brume_ledger' | 'brume_ledger_append'

export interface Credentials {
  readonly role: Role
  readonly password: string
}

/** One file per role with its password, as Kubernetes mounts a secret. A process is given the files of its own services only. */
export class RoleFiles {
  constructor(private readonly folder: string | undefined) {}

  /** Undefined when there is no such file: then somebody else has this role. */
  find(role: Role): Credentials | undefined {
    if (this.folder === undefined) throw new DatabaseSettingsError('DATABASE_ROLES is not set: with postgresql:// it names the folder that holds one file per role with its password')
    const password = readIfPresent(join(this.folder, role))
    return password === undefined ? undefined : { role, password }
  }

  get(role: Role): Credentials {
    const found = this.find(role)
    if (found === undefined) throw new DatabaseSettingsError(`DATABASE_ROLES has no file ${role}, which this process needs: put the role's password there (${this.folder})`)
    return found
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw new DatabaseSettingsError(`the password file ${path} cannot be read`, { cause: error })
  }
}
