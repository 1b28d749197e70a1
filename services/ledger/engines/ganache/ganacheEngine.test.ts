import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineYard, isRunning, sendAll, signedTransfers, tcpSocketsOf, until } from '../engine.fixture.ts'
import type { EngineHandle, EngineSpec } from '../engine.ts'
import { EngineFailed, EngineRefused } from '../engine.ts'
import { engineRecordPath, readEngineRecord } from '../engineRecord.ts'
import { RpcUnavailable } from '../jsonRpc.ts'
import { processIdentity } from '../processIdentity.ts'

let yard: EngineYard
beforeEach(() => {
  yard = new EngineYard()
})
afterEach(() => yard.clear())

function pidOf(handle: EngineHandle): number {
  if (handle.pid === undefined) throw new Error('ganache has a process')
  return handle.pid
}

async function kill9(handle: EngineHandle): Promise<void> {
  process.kill(pidOf(handle), 'SIGKILL')
  await until(() => !isRunning(pidOf(handle)))
}

async function blockHashes(handle: EngineHandle): Promise<unknown[]> {
  const latest = Number(await handle.rpc.call('eth_blockNumber', []))
  const calls = Array.from({ length: latest + 1 }, (_, number) => ({ method: 'eth_getBlockByNumber', params: [`0x${number.toString(16)}`, false] }))
  return (await handle.rpc.batch(calls)).map((outcome) => (outcome.ok ? (outcome.result as { hash: string }).hash : outcome.error)) // eth_getBlockByNumber's shape
}

/** Another process starts the engine and is killed, as a platform is in a crash. */
async function leftBehindByKilledPlatform(spec: EngineSpec): Promise<number> {
  const file = fileURLToPath(new URL('./platform.fixture.ts', import.meta.url))
  const platform = spawn(process.execPath, ['--conditions=brume-source', file, JSON.stringify(spec)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(platform.stdout, 'data')
  platform.kill('SIGKILL')
  await once(platform, 'exit')
  return Number(String(printed))
}

describe('a new engine', () => {
  it('serves the wanted chain with the whole supply at the funded address', async () => {
    const spec = yard.spec()
    const { rpc } = await yard.engine().start(spec)
    expect(await rpc.call('eth_chainId', [])).toBe(`0x${spec.eip155.toString(16)}`)
    expect(await rpc.call('net_version', [])).toBe(String(spec.eip155))
    expect(BigInt(String(await rpc.call('eth_getBalance', [spec.fundedAddress, 'latest'])))).toBe(10n ** 27n - 42_000_000_000_000n)
  })

  it('has no accounts, no keys and no method that rewrites history', async () => {
    const spec = yard.spec()
    const { rpc } = await yard.engine().start(spec)
    expect(await rpc.call('eth_accounts', [])).toEqual([])
    await expect(rpc.call('eth_sendTransaction', [{ from: spec.fundedAddress, to: spec.fundedAddress, value: '0x1' }])).rejects.toThrow('sender account not recognized')
    for (const method of ['eth_sign', 'eth_signTransaction', 'eth_signTypedData_v4', 'personal_newAccount', 'evm_revert', 'evm_setAccountBalance', 'evm_increaseTime', 'miner_stop', 'debug_traceTransaction']) {
      await expect(rpc.call(method, [])).rejects.toMatchObject({ name: 'RpcError', code: -32601 })
    }
  })

  it('takes transactions that the writer signed itself, and stamps blocks with the real time', async () => {
    const spec = yard.spec()
    const { rpc } = await yard.engine().start(spec)
    const before = Math.floor(Date.now() / 1000)
    await sendAll(rpc, await signedTransfers(yard.writer, spec.eip155, [0, 1, 2]))
    expect(await rpc.call('eth_getTransactionCount', [spec.fundedAddress, 'latest'])).toBe('0x3')
    const block = (await rpc.call('eth_getBlockByNumber', ['latest', false])) as { timestamp: string } // eth_getBlockByNumber's shape
    expect(Number(block.timestamp)).toBeGreaterThanOrEqual(before)
    expect(Number(block.timestamp)).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000))
  })

  it('is reachable through a private socket only, never over TCP', async () => {
    const spec = yard.spec()
    const handle = await yard.engine().start(spec)
    await handle.rpc.call('eth_blockNumber', [])
    expect(tcpSocketsOf(pidOf(handle))).toEqual([])
    expect(statSync(spec.dataDir).mode & 0o777).toBe(0o700)
    expect(statSync(handle.describe().address).mode & 0o777).toBe(0o600)
  })

  it('does not inherit the environment of the platform, which holds its secrets', async () => {
    process.env.BRUME_TEST_SECRET = 'secret'
    const handle = await yard.engine().start(yard.spec()).finally(() => delete process.env.BRUME_TEST_SECRET)
    const environment = readFileSync(`/proc/${pidOf(handle)}/environ`, 'utf8')
    expect(environment).toContain('BRUME_ENGINE_LEASE_MS=')
    expect(environment).not.toContain('BRUME_TEST_SECRET')
  })

  it('listens in a private directory aside when the path of its volume is too long for a socket', async () => {
    const short = yard.spec()
    const spec = yard.spec({ dataDir: join(short.dataDir, 'x'.repeat(60), 'y'.repeat(60)) })
    const handle = await yard.engine().start(spec)
    const { address: socket } = handle.describe()
    expect(socket.startsWith(spec.dataDir)).toBe(false)
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700)
    await yard.engine().destroy(spec)
    expect([existsSync(spec.dataDir), existsSync(join(socket, '..'))]).toEqual([false, false])
  })
})

describe('an engine that is there already', () => {
  it('is adopted when a killed platform left it behind', async () => {
    const spec = yard.spec()
    const pid = await leftBehindByKilledPlatform(spec)
    const handle = await yard.engine().start(spec)
    expect(handle.describe()).toMatchObject({ pid, adopted: true })
    const ended = new Promise((resolve) => handle.onExit(resolve))
    process.kill(pid, 'SIGKILL')
    expect(await ended).toBe('the engine has ended')
  })

  it('is one process, however many start it at once', async () => {
    const spec = yard.spec()
    const handles = await Promise.all([yard.engine().start(spec), yard.engine().start(spec), yard.engine().start(spec)])
    expect(new Set(handles.map((handle) => handle.pid)).size).toBe(1)
    expect(readdirSync(spec.dataDir).toSorted()).toEqual(['chain', 'engine.json', 'engine.log', 'rpc.sock'])
  })

  it('is stopped when it serves another chain, and its volume is not opened for the wanted one', async () => {
    const spec = yard.spec()
    const leftover = await yard.engine().start(spec)
    await expect(yard.engine().start({ ...spec, eip155: spec.eip155 + 1 })).rejects.toThrow(EngineRefused)
    expect(isRunning(pidOf(leftover))).toBe(false)
    const again = await yard.engine().start(spec)
    expect(again.describe().adopted).toBe(false)
  })

  it('is stopped and replaced when it does not answer', async () => {
    const spec = yard.spec()
    const hung = await yard.engine().start(spec)
    process.kill(pidOf(hung), 'SIGSTOP')
    const handle = await yard.engine({ adoptTimeoutMs: 200, stopGraceMs: 200 }).start(spec)
    expect(isRunning(pidOf(hung))).toBe(false)
    expect(await handle.rpc.call('eth_blockNumber', [])).toBe('0x1')
  })

  it('is not mistaken for another process that got its pid', async () => {
    const spec = yard.spec()
    const innocent = spawn('sleep', ['60'])
    try {
      const pid = innocent.pid ?? 0
      mkdirSync(spec.dataDir, { recursive: true })
      const record = { pid, processStart: processIdentity(pid)?.startTime, socket: join(spec.dataDir, 'rpc.sock'), startedAt: new Date().toISOString(), chainId: spec.chainId, eip155: spec.eip155 }
      writeFileSync(engineRecordPath(spec.dataDir), JSON.stringify(record))
      const handle = await yard.engine().start(spec)
      expect(handle.pid).not.toBe(pid)
      expect(isRunning(pid)).toBe(true)
    } finally {
      innocent.kill('SIGKILL')
    }
  })
})

describe('a killed engine', () => {
  it('keeps every acknowledged block and balance over kill -9 while transactions flow', async () => {
    const spec = yard.spec()
    const first = await yard.engine().start(spec)
    const raw = await signedTransfers(yard.writer, spec.eip155, Array.from({ length: 200 }, (_, nonce) => nonce))
    await sendAll(first.rpc, raw.slice(0, 20))
    const hashes = await blockHashes(first)
    const inFlight = Promise.allSettled(raw.slice(20).map((one) => first.rpc.call('eth_sendRawTransaction', [one])))
    await until(async () => Number(await first.rpc.call('eth_getTransactionCount', [spec.fundedAddress, 'latest'])) > 40)
    await kill9(first)
    const acknowledged = (await inFlight).filter((one) => one.status === 'fulfilled').length + 20

    const second = await yard.engine().start(spec)
    expect((await blockHashes(second)).slice(0, hashes.length)).toEqual(hashes)
    const mined = Number(await second.rpc.call('eth_getTransactionCount', [spec.fundedAddress, 'latest']))
    expect(mined).toBeGreaterThanOrEqual(acknowledged)
    expect(BigInt(String(await second.rpc.call('eth_getBalance', ['0x00000000000000000000000000000000000000bb', 'latest'])))).toBe(BigInt(mined))
    await sendAll(second.rpc, raw.slice(mined))
    expect(await second.rpc.call('eth_getTransactionCount', [spec.fundedAddress, 'latest'])).toBe('0xc8')
  })

  it('ends what was in flight with a typed error', async () => {
    const spec = yard.spec()
    const handle = await yard.engine().start(spec)
    await handle.rpc.call('eth_blockNumber', [])
    process.kill(pidOf(handle), 'SIGSTOP') // takes the call, and does not answer
    const refusal = expect(handle.rpc.call('eth_blockNumber', [])).rejects.toMatchObject({ name: 'RpcUnavailable', reason: 'interrupted' })
    await kill9(handle)
    await refusal
    // A kept connection may not have heard yet that its other end is gone.
    await until(() => handle.rpc.call('eth_blockNumber', []).then(() => false, (error) => error instanceof RpcUnavailable && error.reason === 'not-connected'))
  })

  it('leaves a whole chain or none when it dies while it makes the genesis', async () => {
    const spec = yard.spec()
    const abort = new AbortController()
    const started = yard.engine().start(spec, abort.signal)
    await until(() => existsSync(spec.dataDir) && readdirSync(spec.dataDir).some((name) => name.startsWith('unborn-')))
    abort.abort()
    await expect(started).rejects.toThrow('aborted')
    const { rpc } = await yard.engine().start(spec)
    expect(await rpc.call('eth_blockNumber', [])).toBe('0x1')
    expect(readdirSync(spec.dataDir).filter((name) => name.startsWith('unborn-'))).toEqual([])
  })

  it('says in a failed start what its log says', async () => {
    const spec = yard.spec()
    const engine = yard.engine()
    await engine.start(spec)
    await engine.stop(spec)
    writeFileSync(join(spec.dataDir, 'chain', 'blocks', 'CURRENT'), 'nonsense\n')
    const failure = engine.start(spec)
    await expect(failure).rejects.toThrow(EngineFailed)
    await expect(failure).rejects.toThrow(/ended with 1: OpenError: IO error: .*nonsense: No such file/)
  })
})

describe('an engine that is no longer wanted', () => {
  it('is gone after stop, with its socket and record, and its chain stays', async () => {
    const spec = yard.spec()
    const handle = await yard.engine().start(spec)
    await yard.engine().stop(spec)
    expect(isRunning(pidOf(handle))).toBe(false)
    expect(readdirSync(spec.dataDir).toSorted()).toEqual(['chain', 'engine.log'])
    await yard.engine().stop(spec)
  })

  it('is gone with its volume after destroy', async () => {
    const spec = yard.spec()
    const handle = await yard.engine().start(spec)
    await yard.engine().destroy(spec)
    expect([isRunning(pidOf(handle)), existsSync(spec.dataDir)]).toEqual([false, false])
  })

  it('ends itself when nobody has called for the length of its lease', async () => {
    const spec = yard.spec()
    const leaseMs = 500
    const handle = await yard.engine({ leaseMs }).start(spec)
    const renewedUntil = performance.now() + 2 * leaseMs
    await until(async () => (await handle.rpc.call('eth_blockNumber', [])) === '0x1' && performance.now() > renewedUntil)
    const ended = new Promise((resolve) => handle.onExit(resolve))
    expect(await ended).toBe('the engine ended with exit code 0')
    expect(readEngineRecord(spec.dataDir)).toBeUndefined()
  })
})
