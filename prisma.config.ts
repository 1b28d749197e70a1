import { defineConfig } from 'prisma/config'

// `prisma generate` only asks that this file exists where a native engine cannot be had; migrations never use it (prisma/migrations.ts).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= new URL('./package.json', import.meta.url).pathname

/** `--schema` wins. */
const database = process.env['DATABASE_URL']?.startsWith('postgresql:') ? 'postgresql' : 'sqlite'

export default defineConfig({
  schema: `prisma/${database}`,
  migrations: { path: `prisma/${database}/migrations` },
  datasource: { url: process.env['DATABASE_URL'] ?? 'file:./data/brume.db' },
})
