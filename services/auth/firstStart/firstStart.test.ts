import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConsoleLogger } from '@nestjs/common'
import { expect, it, onTestFinished } from 'vitest'
import { loadConfig, systemClock, uuidv7Ids } from '@brume/config'
import { KEYS, TENANTS, declaredTopics, openEventLog } from '@brume/event-log'
import { KekError, loadKek } from '@brume/keys'
import { call, firstTenantToken, newDataDir, openTestDatabase, startAuth, statesOn, type AuthOptions } from '../auth.fixture.ts'
import { AuthOutbox } from '../authOutbox.ts'
import { authGreeting, tenantTokenPath } from '../index.ts'
import { TenantRepository } from '../tenants/tenant.repository.ts'
import { TokenKeyRepository } from '../tokens/tokenKey.repository.ts'
import { FirstStart } from './firstStart.ts'

async function start(options: AuthOptions) {
  const auth = await startAuth(options)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= auth.stop())
  onTestFinished(stop)
  return { ...auth, stop }
}

async function storage() {
  const dataDir = newDataDir()
  const { eventLogUrl } = loadConfig({ env: {}, argv: ['--data', dataDir] })
  const database = await openTestDatabase(dataDir)
  const eventLog = await openEventLog(eventLogUrl, { topics: declaredTopics(), clock: systemClock })
  onTestFinished(async () => {
    await eventLog.close()
    await database.close()
  })
  return { database, eventLog, kek: loadKek({ dataDir }), logger: new ConsoleLogger() }
}

it('makes a key and a tenant, publishes both, and is ready with a token that works', async () => {
  const auth = await start({ dataDir: newDataDir() })
  expect(await auth.readiness.waitingFor()).toEqual([])
  expect((await call(auth, 'GET', '/v1/devices', { token: firstTenantToken(auth) })).status).toBe(200)
  expect(await statesOn(auth, TENANTS)).toEqual([{ id: expect.any(String), name: 'default' }])
  expect(await statesOn(auth, KEYS)).toMatchObject([{ kid: 'auth#1', owner: 'auth', use: 'token', jwk: { kty: 'OKP', crv: 'Ed25519' }, status: 'active' }])
  expect(auth.errors).toEqual([])
})

it('keeps the token for its owner only, and tells where it is, not what it is', async () => {
  const auth = await start({ dataDir: newDataDir() })
  expect(statSync(tenantTokenPath(auth.config.dataDir)).mode & 0o777).toBe(0o600)
  const greeting = authGreeting(auth.config).join('\n')
  expect(greeting).toContain(tenantTokenPath(auth.config.dataDir))
  expect(greeting).not.toContain(firstTenantToken(auth))
})

it('is a first start once: key, tenant and token stay', async () => {
  const dataDir = newDataDir()
  const first = await start({ dataDir })
  const [token, key] = [firstTenantToken(first), await statesOn(first, KEYS)]
  await first.stop()
  const second = await start({ dataDir })
  expect([firstTenantToken(second), await statesOn(second, KEYS), await second.database.prisma.tenant.count()]).toEqual([token, key, 1])
  expect((await call(second, 'GET', '/v1/devices', { token })).status).toBe(200)
})

it('writes the token at the next start when a crash left none', async () => {
  const dataDir = newDataDir()
  await (await start({ dataDir })).stop()
  rmSync(tenantTokenPath(dataDir))
  const again = await start({ dataDir })
  expect((await call(again, 'GET', '/v1/devices', { token: firstTenantToken(again) })).status).toBe(200)
  expect(await again.database.prisma.tenant.count()).toBe(1)
})

it('makes one key and one tenant when several starts find none', async () => {
  const { database, eventLog, kek, logger } = await storage()
  const newId = uuidv7Ids()
  const outbox = new AuthOutbox(database, eventLog, newId, logger)
  const firstStart = new FirstStart(database, systemClock, newId, new TokenKeyRepository(database, kek, outbox), new TenantRepository(database, outbox))
  const keys = await Promise.all([firstStart.tokenKey(), firstStart.tokenKey(), firstStart.tokenKey()])
  expect(new Set(keys.map(({ publicJwk }) => publicJwk.x)).size).toBe(1)
  const { prisma } = database.forPlatform()
  expect([await prisma.tokenKey.count(), await prisma.tenant.count(), await prisma.authOutbox.count()]).toEqual([1, 1, 2])
})

it('does not start with another key-encryption key, and changes nothing', async () => {
  const dataDir = newDataDir()
  await (await start({ dataDir })).stop()
  const kek = readFileSync(join(dataDir, 'kek'))
  rmSync(join(dataDir, 'kek'))
  await expect(startAuth({ dataDir })).rejects.toBeInstanceOf(KekError)
  writeFileSync(join(dataDir, 'kek'), kek, { mode: 0o600 })
  expect((await start({ dataDir })).errors).toEqual([])
})
