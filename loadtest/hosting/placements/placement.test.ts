import { hasHaproxy, hasKafka, hasPostgres, OtlpReceiver, processTree, TemporaryFolder, waitUntil, type SignedReading } from '@brume/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signed } from '../../bench/site/boundDevice.ts'
import { openLimits, type Limits } from '../limits/index.ts'
import type { PlacementSpec } from '../model/index.ts'
import { processesOf } from './deploymentProcesses.fixture.ts'
import type { HostedChain, Placement } from './placement.ts'
import { startPlacement } from './startPlacement.ts'

const fog: PlacementSpec = { name: 'fog-0.5', kind: 'fog', cores: 0.5, memoryMiB: 1_024 }
const cloud: PlacementSpec = { name: 'cloud', kind: 'cloud', cores: 1, memoryMiB: 4_096 }
const progress = (): void => undefined
const hasCloud = hasKafka() && hasPostgres() && hasHaproxy()

const probe = await openLimits()
const enforced = !probe.enforced().by.startsWith('none')
await probe[Symbol.asyncDispose]()

async function anchored(placement: Placement, { chain }: HostedChain, readings: readonly SignedReading[]): Promise<void> {
  for (const { envelope } of readings) await placement.client.sendReading(Buffer.from(envelope, 'latin1'))
  for (const { leafHash } of readings.slice(-1)) await placement.client.waitForAnchor(chain.id, leafHash, { limitMs: 30_000 })
}

describe.each([
  { what: 'a fog node', needs: '', spec: fog, possible: true, parts: 2 },
  { what: 'a cloud', needs: '(needs Java, PostgreSQL, haproxy)', spec: cloud, possible: hasCloud, parts: 8 },
])('$what that is placed $needs', ({ spec, possible, parts }) => {
  const folder = new TemporaryFolder()
  let limits: Limits
  let receiver: OtlpReceiver
  let placement: Placement
  let hosted: HostedChain
  beforeAll(async () => {
    if (!possible) return
    limits = await openLimits()
    receiver = await OtlpReceiver.start()
    placement = await startPlacement(spec, { folder: folder.path, limits, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }, progress })
    hosted = await placement.chain('batched', 2)
  }, 240_000)
  afterAll(async () => {
    if (!possible) return
    await placement?.[Symbol.asyncDispose]()
    const left = [...limits.system.pids, ...processesOf(folder.path)]
    await receiver?.[Symbol.asyncDispose]()
    await limits[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
    expect(left).toEqual([])
  }, 120_000)

  it.skipIf(!possible || !enforced)('has all its processes, and no others, in its group (needs control groups)', () => {
    const members = processesOf(folder.path)
    expect(members.length).toBeGreaterThanOrEqual(parts)
    expect(placement.pids.toSorted((a, b) => a - b)).toEqual(members)
    expect(placement.pids).not.toContain(process.pid)
    expect(processTree(process.pid)).toEqual(expect.arrayContaining(members))
  })

  it.skipIf(!possible || !enforced)('gets no more CPU than its placement has (needs control groups)', async () => {
    expect(placement.enforce()).toMatchObject({ systemCores: spec.cores, memoryMiB: spec.memoryMiB })
    const [fromUs, fromMs] = [placement.cpuUs(), performance.now()]
    await Promise.all(Array.from({ length: 200 }, () => placement.client.chain(hosted.chain.id)))
    const share = (placement.cpuUs() - fromUs) / 1_000 / (performance.now() - fromMs)
    expect(share).toBeGreaterThan(0.05)
    expect(share).toBeLessThan(spec.cores * 1.2)
  }, 60_000)

  it.skipIf(!possible)('tells what readings cost that it anchored', async () => {
    const { costs, devices: [device] } = hosted
    if (device === undefined) throw new Error('no device')
    const mark = await costs.mark()
    await anchored(placement, hosted, signed(device, 20))
    const cost = await costs.since(mark)
    expect(cost?.readings).toBeGreaterThanOrEqual(20)
    // A transaction costs 21,000 at least (Ethereum's yellow paper, appendix G), and a block has a header of some 500 bytes.
    expect(cost?.gas).toBeGreaterThan(21_000)
    expect(cost?.chainBytes).toBeGreaterThan(500)
    expect(cost?.storedBytes).toBeGreaterThanOrEqual(0)
    expect(await costs.since(await costs.mark())).toBeUndefined()
  }, 60_000)

  it.skipIf(!possible)('records each reading of a direct chain, which costs more', async () => {
    const direct = await placement.chain('direct', 1)
    const [device] = direct.devices
    if (device === undefined) throw new Error('no device')
    const mark = await direct.costs.mark()
    await anchored(placement, direct, signed(device, 5))
    const cost = await waitUntil('all are recorded', async () => {
      const found = await direct.costs.since(mark)
      return found !== undefined && found.readings >= 5 && found
    }, { limitMs: 30_000 })
    expect(cost.gas / cost.readings).toBeGreaterThan(21_000)
  }, 90_000)

  it.skipIf(!possible)('sends the spans of a sampled request to where it was told', async () => {
    const [traceId, [device]] = ['0af7651916cd43dd8448eb211c80319c', hosted.devices]
    for (const { envelope } of device === undefined ? [] : signed(device, 1)) {
      const answer = await fetch(`${placement.url}/v1/readings`, { method: 'POST', body: envelope, headers: { 'content-type': 'application/jose', traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
      expect(answer.status).toBe(202)
    }
    await waitUntil('its spans', () => receiver.spans.some((span) => span.traceId === traceId), { limitMs: 20_000 })
  }, 40_000)

  it.skipIf(!possible)('is whole', () => {
    placement.requireWhole()
    expect(placement.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })
})

describe('a system that cannot be placed', () => {
  it.skipIf(!enforced)('for want of memory says so, and leaves nothing running (needs control groups)', async () => {
    using folder = new TemporaryFolder()
    await using limits = await openLimits()
    const start = startPlacement({ ...fog, memoryMiB: 40 }, { folder: folder.path, limits, progress })
    await expect(start).rejects.toThrow(/^fog-0\.5 did not start: [^]*gone before it was ready[^]*held more than their 40 MiB$/)
    expect([limits.system.pids, processesOf(folder.path), limits.enforced().memoryMiB]).toEqual([[], [], undefined])
  }, 60_000)

  it.skipIf(!enforced)('with more cores than there are is refused before anything starts (needs control groups)', async () => {
    using folder = new TemporaryFolder()
    await using limits = await openLimits()
    await expect(startPlacement({ ...fog, cores: 1_000 }, { folder: folder.path, limits, progress })).rejects.toThrow(/cannot be given 1000 cores/)
  })

  it('because it is no longer wanted leaves nothing running', async () => {
    using folder = new TemporaryFolder()
    await using limits = await openLimits()
    const stop = new AbortController()
    const start = startPlacement(fog, { folder: folder.path, limits, progress, signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(start).rejects.toThrow('enough')
    expect([limits.system.pids, processesOf(folder.path)]).toEqual([[], []])
  }, 60_000)

  it('any longer, because it was killed, is told with its name', async () => {
    using folder = new TemporaryFolder()
    await using limits = await openLimits()
    await using placement = await startPlacement(fog, { folder: folder.path, limits, progress })
    process.kill(processesOf(folder.path)[0] ?? 0, 'SIGKILL')
    await waitUntil('it is seen', () => {
      try {
        placement.requireWhole()
        return false
      } catch (error) {
        return String(error).startsWith('PlacementGone: fog-0.5: the fog node has ended by itself (SIGKILL)')
      }
    }, { limitMs: 10_000 })
  }, 60_000)
})
