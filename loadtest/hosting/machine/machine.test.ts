import { freePort, installedGoProgram, repositoryRoot, TemporaryFolder, waitUntil } from '@brume/testing'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { busyLoop } from '../limits/busyLoop.fixture.ts'
import { busyness } from './busyness.ts'
import { cpuTimes, type CpuTimes } from './cpuTimes.ts'
import { requireFreePorts } from './freePorts.ts'
import { goBuildVersion } from './goBuildVersion.ts'
import { machineFacts } from './machineFacts.ts'
import { refuseBusyMachine } from './refuseBusyMachine.ts'

describe('facts of the machine', () => {
  it('name everything that a figure may depend on', () => {
    const facts = machineFacts()
    expect(facts).toMatchObject({ cpu: expect.stringMatching(/./), kernel: expect.stringMatching(/./), commit: expect.not.stringContaining('dirty') })
    expect([facts.cores > 0, facts.memoryGiB > 0]).toEqual([true, true])
    expect(Object.keys(facts.versions)).toEqual(expect.arrayContaining(['node', 'kafka', 'java', 'postgresql', 'haproxy', 'ganache']))
    expect(facts.versions['node']).toBe(process.versions.node)
  })

  const toxiproxy = installedGoProgram({ title: 'Toxiproxy', name: 'toxiproxy-server', module: '', version: '' })
  it.skipIf(toxiproxy === undefined)('have the version of a program that Go has made (needs Go)', () => {
    expect(machineFacts({ toxiproxy }).versions['toxiproxy']).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('find no version where Go has written none', () => {
    using folder = new TemporaryFolder()
    const path = join(folder.path, 'program')
    writeFileSync(path, 'text\nmod\tno version here\n')
    expect(goBuildVersion(path)).toBeUndefined()
    writeFileSync(path, 'text\nmod\tno\nmod\texample.org/p\tv1.2.3-rc.1\th1:x\n')
    expect(goBuildVersion(path)).toBe('1.2.3-rc.1')
    expect(machineFacts({ k6: path }, repositoryRoot()).versions['k6']).toBe('1.2.3-rc.1')
  })
})

describe('a busy machine', () => {
  it('is what others use, without us; steal stands apart', () => {
    const [before, after] = [looked(0, 0, 0, { 7: 0, 8: 0, 9: 0 }), looked(2_000, 1_700_000, 100_000, { 7: 1_000_000, 8: 500_000, 9: 0, 10: 400_000 })]
    const found = busyness(before, after, new Set([7]))
    expect(found.others).toBeCloseTo(0.35)
    expect(found.steal).toBeCloseTo(0.05)
    expect(found.top).toEqual([{ pid: 8, name: 'p8', share: 0.25 }])
  })

  it('is waited for, and then measured on', async () => {
    const looks = [looked(0, 0, 0, {}), looked(1_000, 900_000, 0, {}), looked(1_000, 900_000, 0, {}), looked(2_000, 950_000, 0, {})]
    const waits: string[] = []
    const found = await refuseBusyMachine({ sampleMs: 1, times: () => looks.shift() ?? looked(0, 0, 0, {}), progress: (line) => waits.push(line) })
    expect(found.others).toBeCloseTo(0.05)
    expect(waits).toEqual(['waiting for a quiet machine: others use 90 % of a CPU; the machine around takes 0 %'])
  })

  it('is refused at the limit, for steal too', async () => {
    const looks = [looked(0, 0, 0, {}), looked(1_000, 0, 400_000, {})]
    await expect(refuseBusyMachine({ sampleMs: 1, limitMs: 0, times: () => looks.shift() ?? looked(0, 0, 0, {}) })).rejects.toThrow(/too busy to measure.*takes 40 %/)
  })

  it.skipIf(process.platform !== 'linux')('is refused with the name of who uses it', async () => {
    const child = await busyLoop()
    try {
      await waitUntil('it is busy', () => (cpuTimes().processes.get(child.pid)?.us ?? 0) > 100_000, { limitMs: 10_000 })
      const refused = refuseBusyMachine({ sampleMs: 300, limitMs: 0, mostSteal: 10, own: () => [process.pid] })
      await expect(refused).rejects.toThrow(new RegExp(`others use \\d+ % of a CPU — .*\\(pid ${child.pid}\\)`))
      // What is below this process is ours.
      const span = cpuTimes()
      await waitUntil('some more', () => (cpuTimes().processes.get(child.pid)?.us ?? 0) > (span.processes.get(child.pid)?.us ?? 0) + 100_000, { limitMs: 10_000 })
      expect(busyness(span, cpuTimes(), new Set([process.pid, child.pid])).top.map(({ pid }) => pid)).not.toContain(child.pid)
    } finally {
      await child.kill('SIGKILL', 1_000)
    }
  })

  it('stops waiting when it is told to', async () => {
    await expect(refuseBusyMachine({ sampleMs: 60_000, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })
})

describe('ports', () => {
  it('that are in use are an error that says which and what for', async () => {
    const [server, free] = [createServer(), await freePort()]
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const taken = typeof address === 'object' && address !== null ? address.port : 0
    await expect(requireFreePorts({ 'the edge': taken, 'the fog node': free, 'the forwarder': 0 })).rejects.toThrow(`port ${taken} (for the edge) on 127.0.0.1 is in use`)
    server.close()
    await once(server, 'close')
    await requireFreePorts({ 'the edge': taken })
  })
})

function looked(atMs: number, busyUs: number, stealUs: number, processes: Record<number, number>): CpuTimes {
  return { atMs, busyUs, stealUs, processes: new Map(Object.entries(processes).map(([pid, us]) => [Number(pid), { name: `p${pid}`, us }])) }
}
