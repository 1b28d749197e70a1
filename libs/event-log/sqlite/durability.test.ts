import { hasTool } from '@brume/testing'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { StoredRecord } from '../eventLog.ts'
import { ENTRIES } from '../topics.ts'
import type { Ended } from './child.fixture.ts'
import { fixtureCommand, runAppends } from './child.fixture.ts'
import { judgeFlushes } from './flushTrace.fixture.ts'
import { newLogPath, openTestLog, textOf } from './logFile.fixture.ts'

const appendProcess = (path: string, name: string, calls: number, perCall: number): string[] => fixtureCommand('./appendProcess.fixture.ts', [path, name, calls, perCall])

async function readAll(path: string): Promise<StoredRecord[]> {
  const log = await openTestLog({ path })
  const records = await log.readFrom(ENTRIES, 0, 0, 100_000)
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => i))
  await log.close()
  return records
}

function expectAcknowledged(records: readonly StoredRecord[], name: string, { acks }: Ended, perCall: number): void {
  for (const { call, firstOffset } of acks) {
    const stored = records.slice(firstOffset, firstOffset + perCall).map(textOf)
    expect(stored).toEqual(Array.from({ length: perCall }, (_, i) => `${name} ${call} ${i}`))
  }
}

describe('a process that is killed', () => {
  it('has left everything that it acknowledged, time after time on one file', async () => {
    const path = newLogPath()
    const runs: { name: string; ended: Ended }[] = []
    for (const killAt of [1, 17, 60]) {
      const name = `run${killAt}`
      const ended = await runAppends(appendProcess(path, name, 100_000, 3), { onAck: ({ call }, child) => void (call === killAt && child.kill('SIGKILL')) })
      expect(ended.signal).toBe('SIGKILL')
      runs.push({ name, ended })
    }
    const records = await readAll(path)
    for (const { name, ended } of runs) expectAcknowledged(records, name, ended, 3)
  }, 60_000)

  it.each([
    { point: 'append.before-commit:3', stored: 2 },
    { point: 'append.after-commit:3', stored: 3 },
  ])('killed at $point, has acknowledged two appends and stored $stored, whole', async ({ point, stored }) => {
    const path = newLogPath()
    const ended = await runAppends(appendProcess(path, 'a', 10, 2), { env: { BRUME_FAULT: point } })
    expect([ended.signal, ended.acks.length]).toEqual(['SIGKILL', 2])
    const records = await readAll(path)
    expect(records).toHaveLength(stored * 2)
    expectAcknowledged(records, 'a', ended, 2)
  }, 60_000)
})

describe('two processes on one file', () => {
  it('get offsets without a gap or a double, and lose nothing; a third sees all of it', async () => {
    const path = newLogPath()
    const watcher = await openTestLog({ path })
    const seen: string[] = []
    watcher.consume({ group: 'ledger', topic: ENTRIES, partitions: [0], maxRecords: 50, position: async () => seen.length, onError: () => undefined, onBatch: ({ records }) => void seen.push(...records.map(textOf)) })
    const names = ['left', 'right']
    const ended = await Promise.all(names.map((name) => runAppends(appendProcess(path, name, 200, 5))))
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([[0, ''], [0, '']])
    const records = await readAll(path)
    expect(records).toHaveLength(2_000)
    for (const [i, name] of names.entries()) {
      const own = ended[i]
      expect(own?.acks).toHaveLength(200)
      if (own !== undefined) expectAcknowledged(records, name, own, 5)
    }
    await expect.poll(() => seen.length, { timeout: 5_000, interval: 5 }).toBe(2_000)
    expect(seen).toEqual(records.map(textOf))
  }, 60_000)
})

describe.runIf(hasTool('strace', '-V'))('under strace', () => {
  function trace(command: readonly string[], path: string): string {
    const file = `${path}.strace`
    const run = spawnSync('strace', ['-f', '-y', '-s', '32', '-e', 'trace=write,pwrite64,fsync,fdatasync', '-o', file, ...command], { encoding: 'utf8', timeout: 60_000 })
    if (run.error !== undefined) throw new Error(`strace could not be run (${run.error.message}); get it with: apt-get install strace`)
    expect(run.stderr).toBe('')
    expect(run.status).toBe(0)
    return readFileSync(file, 'utf8')
  }

  it('no acknowledgement leaves before the fdatasync that covers it, on a fresh and on a reopened file', () => {
    const path = newLogPath()
    for (const name of ['fresh', 'reopened']) {
      const verdict = judgeFlushes(trace(appendProcess(path, name, 20, 2), path))
      expect({ acks: verdict.acks, uncovered: verdict.uncovered }).toEqual({ acks: 20, uncovered: [] })
      expect(verdict.flushes).toBeGreaterThanOrEqual(20)
    }
  }, 60_000)

  it('would show it: better-sqlite3 by itself acknowledges without one', async () => {
    const path = newLogPath()
    await (await openTestLog({ path })).close()
    const verdict = judgeFlushes(trace(fixtureCommand('./unflushedProcess.fixture.ts', [path]), path))
    expect(verdict.acks).toBe(5)
    expect(verdict.uncovered.length).toBeGreaterThan(0)
  }, 60_000)
})
