import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineYard, isRunning, sendAll, signedTransfers, until } from '../engine.fixture.ts'
import type { EngineSpec } from '../engine.ts'
import { enginePath, lifeHeader } from '../hostApi.ts'
import { HostYard } from '../hosted.fixture.ts'
import { EngineHost } from './engineHost.ts'

const blockNumber = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'
let yard: HostYard

beforeEach(async () => {
  yard = await HostYard.start()
})
afterEach(() => yard[Symbol.asyncDispose]())

function rpc(spec: EngineSpec, life?: string): ReturnType<HostYard['ask']> {
  return yard.ask('POST', `${enginePath(spec.chainId)}/rpc`, blockNumber, life === undefined ? {} : { [lifeHeader]: life })
}

async function stateOf(spec: EngineSpec): Promise<Record<string, unknown>> {
  const { status, text } = await yard.ask('GET', enginePath(spec.chainId))
  return { status, ...JSON.parse(text) }
}

function isUp(spec: EngineSpec): Promise<boolean> {
  return stateOf(spec).then(({ state }) => state === 'up')
}

describe('the engine host', () => {
  it('starts one engine for an order, however often and by how many at once it is given', async () => {
    const spec = yard.spec()
    const answers = await Promise.all([yard.up(spec), yard.up(spec), yard.up({ ...spec, fundedAddress: spec.fundedAddress.toLowerCase() })])
    expect(new Set(answers.map(({ life }) => life)).size).toBe(1)
    expect(yard.host.engines).toEqual([answers[0]?.pid])
    expect((await yard.up(spec)).life).toBe(answers[0]?.life)
  })

  it('adopts its engines after kill -9: the same processes, and the chain goes on at the same block', async () => {
    const spec = yard.spec()
    const before = await yard.up(spec)
    const handle = await yard.engine().start(spec)
    await sendAll(handle.rpc, await signedTransfers(yard.writer, spec.eip155, [0, 1, 2]))
    const block = (await rpc(spec)).text
    await yard.host.kill('SIGKILL')
    expect(isRunning(before.pid ?? 0)).toBe(true)
    await yard.startHost()
    await until(() => isUp(spec))
    expect(await stateOf(spec)).toMatchObject({ life: before.life, pid: before.pid, adopted: true })
    expect((await rpc(spec, before.life)).text).toBe(block)
    await until(async () => (await yard.ask('GET', '/readyz')).status === 200)
  })

  it('refuses an order of another spec for the same chain, and runs the right one all the same', async () => {
    const spec = yard.spec()
    const { life } = await yard.up(spec)
    const other = { ...spec, eip155: spec.eip155 + 1 }
    expect(await yard.order(other)).toMatchObject({ status: 409, text: expect.stringContaining('"other-spec"') })
    expect(await stateOf(spec)).toMatchObject({ state: 'up', life })
    await yard.ask('POST', `${enginePath(spec.chainId)}/stop`)
    expect(await yard.order(other)).toMatchObject({ status: 409, text: expect.stringContaining('belongs to another chain') })
    expect((await yard.up(spec)).eip155).toBe(spec.eip155)
  })

  it('starts a killed engine again under another life, and lets no call for the old life reach it', async () => {
    const spec = yard.spec()
    const { life, pid } = await yard.up(spec)
    expect((await rpc(spec, life)).status).toBe(200)
    process.kill(pid ?? 0, 'SIGKILL')
    await until(async () => (await isUp(spec)) && (await stateOf(spec))['life'] !== life)
    expect(await rpc(spec, life)).toMatchObject({ status: 410, text: expect.stringContaining('"life-over"') })
    expect((await rpc(spec)).status).toBe(200)
  })

  it('answers an order with the reason while the engine does not come up', async () => {
    const spec = yard.spec()
    await yard.up(spec)
    await yard.ask('POST', `${enginePath(spec.chainId)}/stop`)
    writeFileSync(join(spec.dataDir, 'chain', 'blocks', 'CURRENT'), 'nonsense\n') // LevelDB reads the name of its manifest there
    expect(await yard.order(spec)).toMatchObject({ status: 503, text: expect.stringMatching(/"engine-failed".*OpenError/) })
  })

  it('keeps the volume of a stopped engine and does not take it up again, until it is ordered', async () => {
    const [stopped, kept] = [yard.spec(), yard.spec()]
    await Promise.all([yard.up(stopped), yard.up(kept)])
    for (const _ of [1, 2]) expect((await yard.ask('POST', `${enginePath(stopped.chainId)}/stop`)).status).toBe(204)
    expect(await stateOf(stopped)).toMatchObject({ state: 'stopped' })
    await yard.host.kill('SIGTERM')
    await yard.startHost()
    await until(() => isUp(kept))
    expect(await stateOf(stopped)).toMatchObject({ state: 'stopped' })
    expect((await yard.up(stopped)).adopted).toBe(false)
  })

  it('deletes the volume with the engine', async () => {
    const spec = yard.spec()
    const { pid } = await yard.up(spec)
    for (const _ of [1, 2]) expect((await yard.ask('DELETE', enginePath(spec.chainId))).status).toBe(204)
    expect([isRunning(pid ?? 0), existsSync(spec.dataDir)]).toEqual([false, false])
    expect((await stateOf(spec))['status']).toBe(404)
  })

  it('ends its engines on SIGTERM, and the next start takes them up with their blocks', async () => {
    const spec = yard.spec()
    const { pid } = await yard.up(spec)
    const handle = await yard.engine().start(spec)
    await sendAll(handle.rpc, await signedTransfers(yard.writer, spec.eip155, [0]))
    const block = (await rpc(spec)).text
    expect(await yard.host.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(isRunning(pid ?? 0)).toBe(false)
    await yard.startHost()
    await until(() => isUp(spec))
    expect((await rpc(spec)).text).toBe(block)
  })

  it('serves two ledgers at once without losing a transaction of either', async () => {
    const spec = yard.spec()
    const handles = await Promise.all([yard.engine().start(spec), yard.engine().start(spec)])
    const raw = await signedTransfers(yard.writer, spec.eip155, Array.from({ length: 120 }, (_, nonce) => nonce))
    const batches = Array.from({ length: 12 }, (_, at) => raw.slice(at * 10, at * 10 + 10).map((one) => ({ method: 'eth_sendRawTransaction', params: [one] })))
    const outcomes = await Promise.all(batches.map((calls, at) => handles[at % 2]?.rpc.batch(calls)))
    expect(outcomes.flat().filter((outcome) => outcome?.ok)).toHaveLength(120)
    await until(async () => (await handles[0].rpc.call('eth_getTransactionCount', [spec.fundedAddress, 'latest'])) === '0x78')
  })
})

describe('an idle engine', () => {
  it('is kept by the heartbeats of its host beyond its lease', async () => {
    const [local, leaseMs] = [new EngineYard(), 1_000]
    const spec = local.spec()
    const folder = join(spec.dataDir, '..')
    const host = new EngineHost({ dataDir: folder, engine: local.engine({ leaseMs }), timing: { heartbeatEveryMs: 200 } })
    const { dataDir: _, ...order } = spec
    const { life } = await host.order(order)
    const enough = performance.now() + 3 * leaseMs
    await until(() => performance.now() > enough)
    expect(host.stateOf(spec.chainId)).toMatchObject({ state: 'up', life })
    await host.close()
    expect(readdirSync(join(folder, 'wanted'))).toEqual([`${spec.chainId}.json`])
    await local.clear()
  })
})
