import type { INestApplication } from '@nestjs/common'
import type { OpenAPIObject } from '@nestjs/swagger'
import { ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { z } from 'zod'
import { commonProblems } from './commonProblems.ts'
import type { ProblemTable } from './problems.ts'

export interface OpenApiParts {
  readonly title: string
  readonly version: string
  readonly description: string
}

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12, which is what zod writes: no dialect in between. Deterministic, so that CI can compare. */
export function buildOpenApi(app: INestApplication, { title, version, description }: OpenApiParts): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setVersion(version)
    .setDescription(description)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build()
  return SwaggerModule.createDocument(app, base, { standardSchemaConverter: (schema, { schemaType }) => (schema instanceof z.ZodType ? { schema: jsonSchemaOf(schema, schemaType) } : undefined) })
}

/** `GET /openapi.json`. Call before `app.init()` or `listen()`, and after the application's modules are known. */
export function serveOpenApi(app: INestApplication, parts: OpenApiParts): void {
  let text: string | undefined
  // Built at the first call: few processes are ever asked, and it costs start-up time.
  const get = (): string => (text ??= JSON.stringify(buildOpenApi(app, parts)))
  app.getHttpAdapter().get('/openapi.json', (_request: unknown, reply: { type(type: string): { send(body: string): unknown } }) => reply.type('application/json').send(get()))
}

/** What cannot be said in JSON Schema (a transform's result) is left open instead of failing. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Record<string, unknown> {
  const { $schema: _, '~standard': __, ...plain } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as Record<string, unknown>
  return plain
}

/** `@Answers(202, chainDto, 'The chain is being made.')` */
export function Answers(status: number, schema: z.ZodType, description: string): MethodDecorator & ClassDecorator {
  return ApiResponse({ status, description, content: { 'application/json': { schema: jsonSchemaOf(schema, 'output') } } })
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, instance: { type: 'string' } },
}

/** `@Refuses(ledgerProblems, 'chain-not-ready')`: one documented answer for each status among the codes. */
export function Refuses<Code extends string>(table: ProblemTable<Code>, ...codes: readonly Code[]): MethodDecorator & ClassDecorator {
  const kinds = codes.map((code) => table.kinds[code])
  const statuses = [...new Set(kinds.map((kind) => kind.status))]
  const decorators = statuses.map((status) =>
    ApiResponse({
      status,
      description: kinds.filter((kind) => kind.status === status).map((kind) => `\`${kind.code}\`: ${kind.title}.`).join(' '),
      content: { 'application/problem+json': { schema: problemSchema } },
    }),
  )
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    for (const decorate of decorators) decorate(target as never, key as never, descriptor as never)
  }
}

/** The problems that every operation with a token may answer. */
export const RefusesWithoutToken = () => Refuses(commonProblems, 'token-missing', 'token-invalid', 'token-expired')
