import type { ServiceName } from '@brume/config'
import type { Database, Databases } from '@brume/prisma'
import type { FactoryProvider } from '@nestjs/common'
import { DATABASE, DATABASES } from './tokens.ts'

/** Binds DATABASE within a service's module: on PostgreSQL each service comes under its own role, and sees its own tables only. */
export function serviceDatabase(service: ServiceName): FactoryProvider<Database> {
  return { provide: DATABASE, inject: [DATABASES], useFactory: (databases: Databases) => databases[service] }
}
