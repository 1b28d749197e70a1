import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasTool, startCommand, startPlatform, type RunningPlatform } from '@brume/testing'
import { signReading } from '@brume/envelope'
import { afterAll, describe, expect, it } from 'vitest'
import { Site } from './site.ts'
import { earlyAnswers, finishedCalls } from './strace.ts'
import type { SendingDevice } from './traffic.ts'

const READINGS = 25

/** kill -9 spares the page cache, so only the system calls show whether an answer waits for the disk. */
describe.runIf(hasTool('strace', '-V'))('no 202 leaves before the fdatasync that covers it', () => {
  const data = mkdtempSync(join(tmpdir(), 'brume-fsync-'))
  let platform: RunningPlatform
  let device: SendingDevice
  let seq = 0

  afterAll(() => rmSync(data, { recursive: true }))

  async function traced(work: () => Promise<void>): Promise<ReturnType<typeof earlyAnswers>> {
    const trace = join(data, 'trace.txt')
    const calls = 'trace=fsync,fdatasync,pwrite64,write,writev,sendto'
    platform = await startPlatform({ data, command: ['strace', '-D', '-f', '-y', '-s', '32', '-e', calls, '-o', trace, ...startCommand().command] })
    await work()
    await platform.stop()
    return earlyAnswers(finishedCalls(readFileSync(trace, 'utf8')), 'log.db')
  }

  async function sendAll(): Promise<void> {
    for (let n = 0; n < READINGS; n++) await send()
  }

  /** One at a time: between two answers there is nothing else on the log. */
  async function send(): Promise<void> {
    const body = Buffer.from(await signReading({ chain: device.chain, seq: seq++, iat: 1 }, Buffer.from('21.5'), device.signer))
    const response = await fetch(`${platform.url}/v1/readings`, { method: 'POST', body, headers: { 'content-type': 'application/jose' } })
    expect(await response.json()).toMatchObject({ leafHash: expect.any(String) })
    expect(response.status).toBe(202)
  }

  it('on a fresh file', async () => {
    const { answers, early, syncs } = await traced(async () => {
      const site = new Site(() => platform.url, await platform.tenantToken())
      device = await site.device(await site.chain('batched'))
      await sendAll()
    })
    // The answer to POST /v1/chains is a 202 as well; no reading has been appended before it.
    expect({ answers, early }).toEqual({ answers: READINGS + 1, early: 0 })
    expect(syncs).toBeGreaterThanOrEqual(READINGS)
  }, 180_000)

  it('on a reopened file', async () => {
    const { answers, early, syncs } = await traced(sendAll)
    expect({ answers, early }).toEqual({ answers: READINGS, early: 0 })
    expect(syncs).toBeGreaterThanOrEqual(READINGS)
  }, 180_000)

  it('is a test that can fail: a log that does not sync is found out', () => {
    const trace = ['7 pwrite64(20</x/log.db-wal>, "7"..., 24, 0) = 24', '7 write(30<socket>, "HTTP/1.1 202 Accepted\\r\\n"..., 300) = 300', '7 fdatasync(20</x/log.db-wal>) = 0'].join('\n')
    expect(earlyAnswers(finishedCalls(trace), 'log.db')).toEqual({ answers: 1, early: 1, syncs: 1 })
  })
})
