import { Inject, Injectable } from '@nestjs/common'
import { rfc3339, type Clock, type NewId } from '@brume/config'
import { toPage, type Page, type PageQuery } from '@brume/http'
import type { Database } from '@brume/prisma'
import { CLOCK, DATABASE, NEW_ID } from '@brume/runtime'
import { AuthOutbox } from '../authOutbox.ts'
import type { KeepAnswer } from '../idempotentPost.ts'
import { authProblems } from '../problems.ts'
import { TenantTokens, type TokenGrant } from '../tokens/tenantTokens.ts'
import type { NewTenant, TenantResource } from './tenant.dto.ts'
import { TenantRepository, type Tenant } from './tenant.repository.ts'

/** A new tenant with the grant of its first token. */
export interface GrantedTenant {
  readonly tenant: TenantResource
  readonly grant: TokenGrant
}

@Injectable()
export class TenantService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
    private readonly tenants: TenantRepository,
    private readonly tokens: TenantTokens,
    private readonly outbox: AuthOutbox,
  ) {}

  async create({ name }: NewTenant, keep: KeepAnswer): Promise<GrantedTenant> {
    const tenant = { id: this.newId(), name, createdAt: new Date(this.clock.now()) }
    const granted = { tenant: resourceOf(tenant), grant: this.tokens.grant(tenant.id) }
    await this.database.write(async (tx) => {
      await this.tenants.create(tx, tenant)
      await keep(tx, granted)
    })
    this.outbox.wake()
    return granted
  }

  async list(query: PageQuery): Promise<Page<TenantResource>> {
    const page = toPage(await this.tenants.page(query.after, query.limit + 1), query, ({ id }) => id)
    return { ...page, items: page.items.map(resourceOf) }
  }

  async get(id: string): Promise<TenantResource> {
    const tenant = await this.tenants.find(id)
    if (tenant === undefined) throw authProblems.problem('tenant-not-found', `There is no tenant ${id}.`)
    return resourceOf(tenant)
  }

  /** Tokens are checked offline, so nothing of them is kept. */
  async grantToken(id: string, keep: KeepAnswer): Promise<TokenGrant> {
    const { id: tenantId } = await this.get(id)
    return this.database.write((tx) => keep(tx, this.tokens.grant(tenantId)))
  }
}

function resourceOf({ id, name, createdAt }: Tenant): TenantResource {
  return { id, name, createdAt: rfc3339(createdAt.getTime()) }
}
