import { Inject, Injectable } from '@nestjs/common'
import { TENANTS } from '@brume/event-log'
import type { Database, Transaction } from '@brume/prisma'
import { DATABASE } from '@brume/runtime'
import { AuthOutbox } from '../authOutbox.ts'

export interface Tenant {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
}

@Injectable()
export class TenantRepository {
  constructor(@Inject(DATABASE) private readonly database: Database, private readonly outbox: AuthOutbox) {}

  async create(tx: Transaction, tenant: Tenant): Promise<void> {
    await tx.tenant.create({ data: { ...tenant } })
    await this.outbox.add(tx, TENANTS, { id: tenant.id, name: tenant.name }, tenant.createdAt)
  }

  async find(id: string): Promise<Tenant | undefined> {
    return (await this.database.prisma.tenant.findFirst({ where: { id } })) ?? undefined
  }

  /** The one that the first start made. */
  async first(): Promise<Tenant | undefined> {
    return (await this.database.prisma.tenant.findFirst({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })) ?? undefined
  }

  page(after: string | undefined, limit: number): Promise<Tenant[]> {
    return this.database.prisma.tenant.findMany({ where: { id: { gt: after ?? '' } }, orderBy: { id: 'asc' }, take: limit })
  }
}
