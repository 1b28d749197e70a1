/** P2002 is Prisma's code for a row that is there already, on every database. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002'
}
