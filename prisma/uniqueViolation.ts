import type { Prisma } from './generated/sqlite/client.ts'

/**
 * Whether a row is there already, of this model where one is named. P2002 is Prisma's code for it, on every database. On PostgreSQL the
 * transaction cannot go on after it: catch it around `write`, not inside.
 */
export function isUniqueViolation(error: unknown, model?: Prisma.ModelName): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'P2002') return false
  const meta: unknown = 'meta' in error ? error.meta : undefined
  return model === undefined || (typeof meta === 'object' && meta !== null && 'modelName' in meta && meta.modelName === model)
}
