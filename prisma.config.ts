import { defineConfig } from 'prisma/config'

// `prisma generate` only asks that this file exists where a native engine cannot be had; migrations never use it (prisma/migrate.ts).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= new URL('./package.json', import.meta.url).pathname

export default defineConfig({
  schema: 'prisma/sqlite',
  migrations: { path: 'prisma/sqlite/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'file:./data/brume.db' },
})
