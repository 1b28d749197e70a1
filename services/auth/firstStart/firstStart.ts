import { Inject, Injectable } from '@nestjs/common'
import type { Clock, NewId } from '@brume/config'
import type { SigningKey } from '@brume/keys'
import { asPlatform, isUniqueViolation, type Database } from '@brume/prisma'
import { CLOCK, DATABASE, NEW_ID } from '@brume/runtime'
import { TenantRepository } from '../tenants/tenant.repository.ts'
import { TokenKeyRepository } from '../tokens/tokenKey.repository.ts'

const FIRST_KEY = 1
const FIRST_TENANT = 'default'

/**
 * What a platform has from its first start on: a key for tokens and a tenant. Both come in one transaction that begins with the key's number, so of
 * several processes that start at once one makes them, and a crash leaves both or none.
 */
@Injectable()
export class FirstStart {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
    private readonly tokenKeys: TokenKeyRepository,
    private readonly tenants: TenantRepository,
  ) {}

  async tokenKey(): Promise<SigningKey> {
    return asPlatform(async () => (await this.tokenKeys.current()) ?? (await this.make()) ?? this.madeElsewhere())
  }

  private async make(): Promise<SigningKey | undefined> {
    const createdAt = new Date(this.clock.now())
    try {
      return await this.database.write(async (tx) => {
        const key = await this.tokenKeys.create(tx, FIRST_KEY, createdAt)
        await this.tenants.create(tx, { id: this.newId(), name: FIRST_TENANT, createdAt })
        return key
      })
    } catch (error) {
      if (isUniqueViolation(error)) return undefined
      throw error
    }
  }

  private async madeElsewhere(): Promise<SigningKey> {
    const key = await this.tokenKeys.current()
    if (key === undefined) throw new Error('the first token key was made by another process and has gone again')
    return key
  }
}
