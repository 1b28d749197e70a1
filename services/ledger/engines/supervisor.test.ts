import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineYard, isRunning, until } from './engine.fixture.ts'
import type { EngineSpec } from './engine.ts'
import { readEngineRecord } from './engineRecord.ts'
import type { EngineStateChange } from './supervisor.ts'
import { EngineSupervisor } from './supervisor.ts'

let yard: EngineYard
let supervisor: EngineSupervisor
let changes: EngineStateChange[]

beforeEach(() => {
  yard = new EngineYard()
  supervisor = watched(new EngineSupervisor({ firstBackoffMs: 20, heartbeatEveryMs: 50, heartbeatTimeoutMs: 200, heartbeatsMissed: 2 }))
})
afterEach(async () => {
  await supervisor.stopAll()
  await yard.clear()
})

function watched(one: EngineSupervisor): EngineSupervisor {
  changes = []
  one.onChange((change) => changes.push(change))
  return one
}

function pidOf(spec: EngineSpec): number {
  const state = supervisor.stateOf(spec.chainId)
  if (state?.state !== 'up' || state.handle.pid === undefined) throw new Error(`not up but ${state?.state}`)
  return state.handle.pid
}

function statesOf(spec: EngineSpec): string[] {
  return changes.filter((change) => change.chainId === spec.chainId).map((change) => change.state.state)
}

/** LevelDB reads the name of its manifest from CURRENT, so this chain can never be opened. */
function breakVolume({ dataDir }: EngineSpec): void {
  writeFileSync(join(dataDir, 'chain', 'blocks', 'CURRENT'), 'nonsense\n')
}

async function wanted(spec: EngineSpec): Promise<void> {
  supervisor.want(yard.engine({ stopGraceMs: 200 }), spec)
  await supervisor.rpcOf(spec.chainId, 20_000)
}

describe('EngineSupervisor', () => {
  it('gives the RPC once the engine is up, and starts it once only', async () => {
    const spec = yard.spec()
    await wanted(spec)
    await wanted(spec)
    const rpc = await supervisor.rpcOf(spec.chainId)
    expect(await rpc.call('eth_blockNumber', [])).toBe('0x1')
    expect(statesOf(spec)).toEqual(['starting', 'up'])
  })

  it('starts a killed engine again, with its blocks, and says why it was down', async () => {
    const spec = yard.spec()
    await wanted(spec)
    const killed = pidOf(spec)
    const block = await (await supervisor.rpcOf(spec.chainId)).call('eth_getBlockByNumber', ['0x1', false])
    process.kill(killed, 'SIGKILL')
    await until(() => statesOf(spec).includes('down'))
    const rpc = await supervisor.rpcOf(spec.chainId)
    expect(pidOf(spec)).not.toBe(killed)
    expect(await rpc.call('eth_getBlockByNumber', ['0x1', false])).toEqual(block)
    expect(changes.map((change) => change.state)).toContainEqual({ state: 'down', reason: 'the engine ended with SIGKILL' })
    expect(statesOf(spec)).toEqual(['starting', 'up', 'down', 'starting', 'up'])
  })

  it('replaces an engine that runs but does not answer', async () => {
    const spec = yard.spec()
    await wanted(spec)
    const hung = pidOf(spec)
    process.kill(hung, 'SIGSTOP')
    await until(() => statesOf(spec).includes('down'))
    const rpc = await supervisor.rpcOf(spec.chainId)
    expect(await rpc.call('eth_blockNumber', [])).toBe('0x1')
    expect(isRunning(hung)).toBe(false)
    expect(changes.map((change) => change.state)).toContainEqual({ state: 'down', reason: expect.stringContaining('no heartbeat: chain engine unavailable (timeout)') })
  })

  it('tries again and again, more and more seldom, while an engine does not come up, and gives its reason', async () => {
    const spec = yard.spec()
    await wanted(spec)
    await supervisor.stop(spec.chainId)
    breakVolume(spec)
    supervisor = watched(new EngineSupervisor({ firstBackoffMs: 200, longestBackoffMs: 800 }))
    const downAt: number[] = []
    const startAt: number[] = []
    supervisor.onChange(({ state }) => {
      if (state.state === 'down') downAt.push(performance.now())
      if (state.state === 'starting') startAt.push(performance.now())
    })
    supervisor.want(yard.engine(), spec)
    await until(() => startAt.length >= 4)
    const pauses = downAt.map((at, n) => (startAt[n + 1] ?? Infinity) - at)
    expect(pauses.slice(0, 3).map((pause) => Math.floor((pause + 5) / 200))).toEqual([1, 2, 4])
    await expect(supervisor.rpcOf(spec.chainId, 0)).rejects.toMatchObject({ name: 'RpcUnavailable', reason: 'not-connected' })
    expect(changes.map((change) => change.state)).toContainEqual({ state: 'down', reason: expect.stringContaining('OpenError') })
  })

  it('does not try again when the volume belongs to another chain', async () => {
    const spec = yard.spec()
    await wanted(spec)
    await supervisor.stop(spec.chainId)
    const other = { ...spec, eip155: spec.eip155 + 1 }
    supervisor.want(yard.engine(), other)
    await expect(supervisor.rpcOf(spec.chainId)).rejects.toThrow(`is refused: the volume ${spec.dataDir} belongs to another chain`)
    expect(supervisor.stateOf(spec.chainId)?.state).toBe('refused')
  })

  it('waits no longer than asked for an engine that is not up', async () => {
    await expect(supervisor.rpcOf('unknown')).rejects.toThrow('is not wanted')
    const spec = yard.spec()
    supervisor.want(yard.engine(), spec)
    await expect(supervisor.rpcOf(spec.chainId, 1)).rejects.toThrow('is starting')
  })

  it('leaves no process when it stops all, neither a running nor a starting nor a hung one', async () => {
    const [running, hung, starting] = [yard.spec(), yard.spec(), yard.spec()]
    await Promise.all([wanted(running), wanted(hung)])
    const pids = [pidOf(running), pidOf(hung)]
    process.kill(pidOf(hung), 'SIGSTOP')
    supervisor.want(yard.engine(), starting)
    await supervisor.stopAll()
    expect(pids.filter(isRunning)).toEqual([])
    expect([running, hung, starting].map(({ dataDir }) => readEngineRecord(dataDir))).toEqual([undefined, undefined, undefined])
    await expect(supervisor.rpcOf(running.chainId)).rejects.toThrow('is not wanted')
  })

  it('leaves an engine running that it forgets, and tells who waits for it', async () => {
    const [known, starting] = [yard.spec(), yard.spec()]
    await wanted(known)
    const pid = pidOf(known)
    supervisor.want(yard.engine(), starting)
    const waiting = supervisor.rpcOf(starting.chainId, 60_000)
    await Promise.all([expect(waiting).rejects.toThrow('is forgotten'), supervisor.forgetAll()])
    expect(isRunning(pid)).toBe(true)
    await expect(supervisor.rpcOf(known.chainId)).rejects.toThrow('is not wanted')
    await wanted(known)
    expect(pidOf(known)).toBe(pid)
  })

  it('adopts what it finds and deletes what it is told to', async () => {
    const spec = yard.spec()
    const left = await yard.engine().start(spec)
    await wanted(spec)
    expect(pidOf(spec)).toBe(left.pid)
    await supervisor.destroy(spec.chainId)
    expect(isRunning(left.pid ?? 0)).toBe(false)
    mkdirSync(spec.dataDir) // fails when anything is left
  })
})
