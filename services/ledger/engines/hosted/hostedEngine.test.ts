import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRunning, until } from '../engine.fixture.ts'
import type { EngineHandle, EngineSpec } from '../engine.ts'
import { EngineFailed, EngineRefused } from '../engine.ts'
import { HostYard } from '../hosted.fixture.ts'
import { EngineSupervisor } from '../supervisor.ts'

let yard: HostYard
let supervisor: EngineSupervisor

beforeEach(async () => {
  yard = await HostYard.start()
  supervisor = new EngineSupervisor({ firstBackoffMs: 20, longestBackoffMs: 200, heartbeatEveryMs: 100, heartbeatTimeoutMs: 1_000, heartbeatsMissed: 2 })
})
afterEach(async () => {
  await supervisor.forgetAll()
  await yard[Symbol.asyncDispose]()
})

async function watched(spec: EngineSpec): Promise<EngineHandle> {
  supervisor.want(yard.engine(), spec)
  await supervisor.rpcOf(spec.chainId, 15_000)
  return handleOf(spec)
}

function handleOf(spec: EngineSpec): EngineHandle {
  const state = supervisor.stateOf(spec.chainId)
  if (state?.state !== 'up') throw new Error(`not up but ${state?.state}`)
  return state.handle
}

function answers(spec: EngineSpec): Promise<boolean> {
  return supervisor.rpcOf(spec.chainId, 0).then((rpc) => rpc.call('eth_blockNumber', [])).then(() => true, () => false)
}

function statesOf(spec: EngineSpec): string[] {
  const states: string[] = []
  supervisor.onChange(({ chainId, state }) => chainId === spec.chainId && states.push('reason' in state ? `${state.state}: ${state.reason}` : state.state))
  return states
}

describe('a hosted engine under the supervisor', () => {
  it('comes back by itself when its host was killed and started again, as the same process', async () => {
    const spec = yard.spec()
    const { pid } = (await watched(spec)).describe()
    const states = statesOf(spec)
    await yard.host.kill('SIGKILL')
    await until(() => states.some((state) => state.startsWith('down: no heartbeat')))
    await yard.startHost()
    await until(() => answers(spec))
    expect(handleOf(spec).describe()).toMatchObject({ pid, adopted: true })
  })

  it('goes on under the same RPC when its host is back before the heartbeats give up', async () => {
    supervisor = new EngineSupervisor({ heartbeatEveryMs: 100, heartbeatsMissed: 1_000 })
    const spec = yard.spec()
    const { rpc } = await watched(spec)
    await yard.host.kill('SIGKILL')
    await expect(rpc.call('eth_blockNumber', [])).rejects.toMatchObject({ name: 'RpcUnavailable', reason: expect.stringMatching(/not-connected|interrupted/) })
    await yard.startHost()
    await until(() => rpc.call('eth_blockNumber', []).then(() => true, () => false))
    expect(handleOf(spec).rpc).toBe(rpc)
  })

  it('is told down when its process has ended, and is up again with a new RPC; the old one reaches nothing', async () => {
    const spec = yard.spec()
    const { rpc, ...before } = await watched(spec).then((handle) => ({ rpc: handle.rpc, pid: handle.describe().pid ?? 0 }))
    const states = statesOf(spec)
    process.kill(before.pid, 'SIGKILL')
    await until(() => answers(spec).then((yes) => yes && handleOf(spec).describe().pid !== before.pid))
    expect(states.find((state) => state.startsWith('down'))).toMatch(/started anew|the engine is down: the engine ended with SIGKILL/)
    await expect(rpc.call('eth_blockNumber', [])).rejects.toMatchObject({ name: 'RpcUnavailable', reason: 'closed' })
  })

  it('comes back when host and engine were lost together', async () => {
    const spec = yard.spec()
    const { pid = 0 } = (await watched(spec)).describe()
    await yard.host.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    await until(() => !isRunning(pid))
    await yard.startHost()
    await until(() => answers(spec).then((yes) => yes && handleOf(spec).describe().pid !== pid))
    expect(await handleOf(spec).rpc.call('eth_blockNumber', [])).toBe('0x1')
  })

  it('runs on when a replica forgets it, and the next replica finds the same process', async () => {
    const spec = yard.spec()
    const first = await watched(spec)
    const states = statesOf(spec)
    const waiting = supervisor.rpcOf(spec.chainId)
    await supervisor.forget(spec.chainId)
    await waiting
    expect(states).toEqual(['forgotten'])
    await expect(first.rpc.call('eth_blockNumber', [])).rejects.toMatchObject({ reason: 'closed' })
    await expect(supervisor.rpcOf(spec.chainId)).rejects.toThrow('is not wanted')
    expect((await watched(spec)).describe().pid).toBe(first.describe().pid)
    expect(yard.host.engines).toEqual([first.describe().pid])
  })

  it('ends with its chain', async () => {
    const spec = yard.spec()
    const { pid = 0 } = (await watched(spec)).describe()
    await supervisor.stop(spec.chainId)
    expect(isRunning(pid)).toBe(false)
    await yard.engine().destroy(spec)
    expect(yard.host.engines).toEqual([])
  })

  it('says who does not answer, and tries again, while the host is away', async () => {
    const spec = yard.spec()
    await yard.host.kill('SIGKILL')
    const states = statesOf(spec)
    supervisor.want(yard.engine(), spec)
    await until(() => states.filter((state) => state.startsWith(`down: the engine host ${yard.host.url} does not answer`)).length > 1)
    await yard.startHost()
    await until(() => answers(spec))
  })
})

describe('HostedEngine', () => {
  it('lets any replica reach an engine that another started, also after its restart', async () => {
    const spec = yard.spec()
    const { pid = 0 } = (await watched(spec)).describe()
    const reader = await yard.engine().attach(spec)
    expect(await reader.call('eth_chainId', [])).toBe(`0x${spec.eip155.toString(16)}`)
    process.kill(pid, 'SIGKILL')
    await until(() => reader.call('eth_blockNumber', []).then(() => !isRunning(pid), () => false))
    reader.close()
    await expect(reader.call('eth_blockNumber', [])).rejects.toMatchObject({ reason: 'closed' })
    await expect((await yard.engine().attach(yard.spec())).call('eth_blockNumber', [])).rejects.toMatchObject({ name: 'RpcUnavailable', reason: 'not-connected' })
  })

  it('gives the errors of the engine and of its connection as a local engine does', async () => {
    const spec = yard.spec()
    const handle = await yard.engine().start(spec)
    await expect(handle.rpc.call('evm_revert', [])).rejects.toMatchObject({ name: 'RpcError', code: -32601 })
    expect(await handle.rpc.batch([{ method: 'eth_blockNumber', params: [] }, { method: 'evm_revert', params: [] }])).toMatchObject([{ ok: true, result: '0x1' }, { ok: false, error: { code: -32601 } }])
    await expect(handle.rpc.call('eth_blockNumber', ['x'.repeat(3_000_000)])).rejects.toMatchObject({ reason: 'request-too-large' })
    process.kill(handle.describe().pid ?? 0, 'SIGSTOP')
    const interrupted = expect(handle.rpc.call('eth_blockNumber', [])).rejects.toMatchObject({ reason: 'interrupted' })
    await expect(handle.rpc.call('eth_blockNumber', [], { timeoutMs: 500 })).rejects.toMatchObject({ reason: 'timeout' })
    process.kill(handle.describe().pid ?? 0, 'SIGKILL')
    await interrupted
    handle.rpc.close()
  })

  it('refuses for good what the host will never run, and says so of a token without showing it', async () => {
    const spec = yard.spec()
    await yard.engine().start(spec)
    await expect(yard.engine().start({ ...spec, eip155: spec.eip155 + 1 })).rejects.toThrow(EngineRefused)
    const wrong = yard.engine('wrong-token-wrong-token-wrong-token').start(spec)
    await expect(wrong).rejects.toThrow(EngineFailed)
    await expect(wrong).rejects.toThrow(/^the engine host http:\/\/127\.0\.0\.1:\d+ refuses the token of ENGINE_TOKEN_FILE$/)
  })
})
