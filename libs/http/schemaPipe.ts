import { StandardSchemaValidationPipe } from '@nestjs/common'
import { invalidRequest } from './problemOf.ts'

/** Nest's own pipe: `@Body({ schema })`, `@Query({ schema })` and `@Param('id', { schema })` take zod schemas. What it refuses is `invalid-request`. */
export function schemaPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest })
}
