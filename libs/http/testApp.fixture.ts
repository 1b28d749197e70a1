import type { INestApplication } from '@nestjs/common'
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, Res } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { uuidv7Ids } from '@brume/config'
import { AccessTokenIssuer, AccessTokenVerifier, SigningKey } from '@brume/keys'
import type { Principal } from './access.ts'
import { MaybeTenant, Public, RequireOperator, RequireTenant, Tenant, TenantOrPublic } from './access.ts'
import { BearerGuardModule } from './bearerGuard.ts'
import { createHttpApp } from './httpApp.ts'
import { IdempotencyKey } from './idempotencyKey.ts'
import { TakesJose } from './mediaType.ts'
import { Answers, Refuses, serveOpenApi } from './openapi.ts'
import type { PageQuery } from './page.ts'
import { pageQuery, toPage } from './page.ts'
import { defineProblems } from './problems.ts'
import { ProblemsModule } from './problemsModule.ts'
import { ServerTiming, Timing } from './serverTiming.ts'

export const fogProblems = defineProblems('fog', {
  'fog-too-thick': { status: 409, title: 'The fog is too thick', whatToDo: 'Wait for <wind> & "sun".' },
})

const lantern = z.strictObject({ name: z.string().min(1), candles: z.array(z.object({ lumen: z.number().int() })).max(2) })
const lit = z.object({ id: z.string(), name: z.string() })

@Controller('v1')
class LanternController {
  @Post('lanterns')
  @HttpCode(202)
  @RequireTenant()
  @Answers(202, lit, 'The lantern is lit.')
  @Refuses(fogProblems, 'fog-too-thick')
  light(@Body({ schema: lantern }) body: z.infer<typeof lantern>, @Tenant() principal: Principal, @IdempotencyKey() key: string | undefined) {
    return { id: principal.tenantId, name: body.name, key }
  }

  @Get('lanterns')
  list(@Query({ schema: pageQuery }) query: PageQuery) {
    const all = ['a', 'b', 'c', 'd', 'e']
    return toPage(all.filter((id) => id > (query.after ?? '')).slice(0, query.limit + 1), query, (id) => id)
  }

  @Get('lanterns/:id')
  @TenantOrPublic()
  read(@Param('id') id: string, @MaybeTenant() principal: Principal | undefined) {
    return { id, tenant: principal?.tenantId ?? null }
  }

  @Public()
  @TakesJose()
  @Post('jose')
  jose(@Body() body: Buffer) {
    return { bytes: Buffer.isBuffer(body) ? body.toString('hex') : null }
  }

  @RequireOperator()
  @Get('operator')
  operate() {
    return { ok: true }
  }

  @Public()
  @Get('fail/:how')
  fail(@Param('how') how: string): never {
    if (how === 'fog') throw fogProblems.problem('fog-too-thick', 'Sight is 3 m.', { extensions: { sightM: 3, status: 200 }, headers: { 'retry-after': '9' } })
    if (how === 'full') throw new Error('insert failed', { cause: Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }) })
    if (how === 'busy') throw Object.assign(new Error('queue'), { code: 'EVENT_LOG_BUSY', retryAfterSeconds: 2.5 })
    throw new Error('password is hunter2')
  }

  @Public()
  @Get('timed')
  async timed(@Timing() timing: ServerTiming, @Res({ passthrough: true }) reply: FastifyReply) {
    timing.add('append', 1.23456)
    await timing.measure('sequence', async () => undefined)
    reply.header('cache-control', 'public, max-age=60')
    return {}
  }
}

export const startMs = Date.parse('2026-01-01T00:00:00Z')
export const operatorToken = 'operator-token-of-at-least-32-characters'
const key = SigningKey.generate('auth#1')
export const time = { nowMs: startMs }
const clock = { now: () => time.nowMs }
const issuer = new AccessTokenIssuer({ issuer: 'brume.local', key, clock, newId: uuidv7Ids(clock) })
export const tenantToken = () => issuer.issue({ subject: 'tenant-1', tenantId: 'tenant-1', scope: ['chains'], lifetimeS: 60 })

const guard = BearerGuardModule.with({
  useFactory: () => ({ operatorToken, verifier: new AccessTokenVerifier({ issuer: 'brume.local', keys: new Map([[key.kid, key.publicJwk]]), clock }) }),
})

@Module({ imports: [ProblemsModule.of(fogProblems), guard], controllers: [LanternController] })
class LanternModule {}

/** Everything that was logged, to show what is and what is not. */
export const logged: unknown[] = []
const logger = { log() {}, warn() {}, debug() {}, verbose() {}, error: (message: unknown) => void logged.push(message), fatal: (message: unknown) => void logged.push(message) }

export async function startTestApp(): Promise<NestFastifyApplication> {
  const ids = uuidv7Ids({ now: () => startMs }, (lengthBytes) => new Uint8Array(lengthBytes))
  const app = await createHttpApp(LanternModule, { logger, newId: () => ids(), requestTimeoutMs: 300 })
  serveOpenApi(app as INestApplication, { title: 'Lanterns', version: '1', description: 'A test.' })
  await app.init()
  await app.getHttpAdapter().getInstance().ready()
  return app
}
