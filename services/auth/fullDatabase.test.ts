import { expect, it, onTestFinished, vi } from 'vitest'
import { DEVICES } from '@brume/event-log'
import { DatabaseFull } from '@brume/prisma'
import { call, deviceKey, firstTenantToken, newDataDir, startAuth, statesOn, type Auth } from './auth.fixture.ts'

/** Takes the free pages; those of the other tables have some room left. */
async function takeFreePages({ database }: Auth): Promise<void> {
  for (let size = 100_000; size >= 1_000; size /= 10) {
    const add = (n: number) => database.write((tx) => tx.tenant.create({ data: { id: `filler ${size} ${n}`, name: 'x'.repeat(size), createdAt: new Date() } }))
    await expect(Promise.all(Array.from({ length: 100 }, (_, n) => add(n)))).rejects.toBeInstanceOf(DatabaseFull)
  }
}

async function registerUntilRefused(auth: Auth, token: string, keyOf: (n: number) => string | undefined) {
  const taken: string[] = []
  for (let n = 0; n < 200; n++) {
    const answer = await call(auth, 'POST', '/v1/devices', { token, key: keyOf(n), body: { name: 'buoy', jwk: (await deviceKey()).jwk } })
    if (answer.status !== 201) return { taken, refusal: answer }
    taken.push(answer.body.id)
  }
  throw new Error('the database does not fill')
}

it.each([['without', () => undefined], ['with', (n: number) => `key-${n}`]])('answers 503 with Retry-After when the database is full, %s Idempotency-Key, and has just what it acknowledged', async (_, keyOf) => {
  const auth = await startAuth({ dataDir: newDataDir(), maxPages: 150 })
  onTestFinished(() => auth.stop())
  const token = firstTenantToken(auth)
  await takeFreePages(auth)
  const { taken, refusal } = await registerUntilRefused(auth, token, keyOf)
  expect([refusal.status, refusal.body.type, refusal.headers['retry-after']]).toEqual([503, '/problems/storage-full', '30'])
  const { items } = (await call(auth, 'GET', '/v1/devices?limit=1000', { token })).body
  expect(items.map(({ id }: { id: string }) => id)).toEqual(taken)
  await vi.waitFor(async () => expect((await statesOn(auth, DEVICES)).map(({ id }) => id)).toEqual(taken), { timeout: 10_000, interval: 5 })
})
