import { expect, it, onTestFinished, vi } from 'vitest'
import { DEVICES, EventLogUnavailable, type EventLog } from '@brume/event-log'
import { call, firstTenantToken, newDataDir, startAuth, statesOn, type Auth, type AuthOptions } from './auth.fixture.ts'
import { registered } from './devices/device.fixture.ts'

async function start(options: AuthOptions): Promise<Auth> {
  const auth = await startAuth(options)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= auth.stop())
  onTestFinished(stop)
  return { ...auth, stop }
}

/** The real log, which takes no devices. */
function refusingDevices(log: EventLog): EventLog {
  const append: EventLog['append'] = async (topic, ...rest) => {
    if (topic === DEVICES) throw new EventLogUnavailable('the log is down')
    return log.append(topic, ...rest)
  }
  return new Proxy(log, { get: (target, name) => (name === 'append' ? append : Reflect.get(target, name, target)) })
}

it('publishes after a restart what a process left that ended between its transaction and the log', async () => {
  const dataDir = newDataDir()
  const first = await start({ dataDir, throughLog: refusingDevices })
  const { id } = await registered(first, firstTenantToken(first))
  expect((await call(first, 'POST', `/v1/devices/${id}/suspend`, { token: firstTenantToken(first) })).status).toBe(200)
  await vi.waitFor(() => expect(first.errors.map(String)).toContain('EventLogUnavailable: the log is down'), { timeout: 10_000, interval: 5 })
  expect(await statesOn(first, DEVICES)).toEqual([])
  await first.stop()

  const second = await start({ dataDir })
  expect(await statesOn(second, DEVICES)).toMatchObject([{ id, status: 'suspended', keys: [{ number: 1 }] }])
  expect(await second.database.prisma.authOutbox.count()).toBe(0)
})

it('leaves no event behind of a change that was refused', async () => {
  const auth = await start({ dataDir: newDataDir() })
  const token = firstTenantToken(auth)
  const { id, key } = await registered(auth, token)
  expect((await call(auth, 'POST', '/v1/devices', { token, body: { name: 'copy', jwk: key.jwk } })).status).toBe(409)
  expect((await call(auth, 'POST', `/v1/devices/${id}/resume`, { token })).status).toBe(409)
  expect(await auth.database.prisma.device.count()).toBe(1)
  await vi.waitFor(async () => expect((await statesOn(auth, DEVICES)).map((device) => device.id)).toEqual([id]), { timeout: 10_000, interval: 5 })
})
