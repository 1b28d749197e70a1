export { DatabaseFull, openDatabase, type Database, type DatabaseOptions, type Transaction } from './database.ts'
export { MigrationRefused, migrateSqlite } from './migrate.ts'
export { PrismaClient, Prisma } from './generated/sqlite/client.ts'
export type * from './generated/sqlite/client.ts'
