import { generateDeviceKey, signReading } from '@brume/envelope'
import { startPlatform, TemporaryFolder } from '@brume/testing'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Site } from './site.ts'

const PAYLOAD = 'the door opens with 4711'
const MOST_KEPT = 64 * 1_024

it('writes no token, key or payload at level trace, whatever is asked', async () => {
  using folder = new TemporaryFolder()
  await using platform = await startPlatform({ data: folder.path, env: { LOG_LEVEL: 'trace' } })
  const [operator, tenant] = [await platform.operatorToken(), await platform.tenantToken()]
  const site = new Site(() => platform.url, tenant)
  const ask = (path: string, init: RequestInit = {}): Promise<number> => fetch(`${platform.url}${path}`, init).then(async (answer) => (await answer.text(), answer.status))
  const { privateJwk } = await generateDeviceKey('EdDSA')
  const chain = await site.chain('batched')
  const device = await site.device(chain)
  const envelope = Buffer.from(await signReading({ chain, seq: 1, iat: 1 }, Buffer.from(PAYLOAD), device.signer)).toString()
  const conflict = Buffer.from(await signReading({ chain, seq: 1, iat: 2 }, Buffer.from(`${PAYLOAD}!`), device.signer)).toString()
  const json = { 'content-type': 'application/json' }
  const jose = { 'content-type': 'application/jose' }
  const statuses = [
    await ask('/v1/readings', { method: 'POST', headers: jose, body: envelope }),
    await ask('/v1/readings', { method: 'POST', headers: jose, body: conflict }),
    await ask('/v1/readings', { method: 'POST', headers: jose, body: `${envelope}=` }),
    await ask('/v1/readings', { method: 'POST', headers: json, body: JSON.stringify({ readings: [envelope, PAYLOAD, `${envelope}x`] }) }),
    await ask('/v1/tenants', { headers: { authorization: `Bearer ${operator}` } }),
    await ask('/v1/tenants', { headers: { authorization: `Bearer ${tenant}` } }),
    await ask('/v1/chains', { headers: { authorization: `Bearer ${tenant}x` } }),
    await ask(`/v1/chains?access_token=${tenant}`),
    await ask('/v1/devices', { method: 'POST', headers: { ...json, authorization: `Bearer ${tenant}` }, body: JSON.stringify({ name: 'careless', jwk: privateJwk }) }),
    await ask('/v1/devices', { method: 'POST', headers: { ...json, authorization: `Bearer ${tenant}` }, body: `{"name":"${tenant}` }),
  ]
  expect(statuses).toEqual([202, 409, 400, 202, 200, 403, 401, 401, 422, 400])
  const text = platform.output
  expect(text).toContain('a reading was accepted')
  // Nothing has fallen out of what is kept, so the search is over all of it.
  expect(text.length).toBeLessThan(MOST_KEPT)
  const secrets = { operator, tenant, kek: readFileSync(join(folder.path, 'kek'), 'utf8').trim(), privateKey: privateJwk.d, payload: PAYLOAD, envelope, payloadInEnvelope: envelope.split('.')[1] ?? PAYLOAD, signature: envelope.split('.')[2] ?? PAYLOAD }
  expect(Object.entries(secrets).filter(([, secret]) => text.includes(secret)).map(([name]) => name)).toEqual([])
}, 120_000)
