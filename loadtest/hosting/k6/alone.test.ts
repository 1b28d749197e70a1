import { repositoryRoot, TemporaryFolder } from '@brume/testing'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accept, AnsweringServer, refuse } from './answeringServer.fixture.ts'
import { hasK6, k6Program } from './k6Program.ts'

const LIMIT_MS = 60_000
const THRESHOLDS_FAILED = 99

describe.skipIf(!hasK6())('a scenario alone, as a stranger runs it (needs Go or k6)', () => {
  const folder = new TemporaryFolder()
  const envelopes = join(folder.path, 'envelopes')
  beforeAll(() => writeFileSync(envelopes, Array.from({ length: 200 }, (_, i) => `head${i}.body.signature\n`).join('')))
  afterAll(() => folder[Symbol.dispose]())

  async function k6(...settings: string[]): Promise<{ code: number; output: string }> {
    const program = await k6Program()
    const args = ['run', '--no-usage-report', '--address', '', 'loadtest/scenarios/readings.ts', ...settings.flatMap((setting) => ['-e', setting])]
    return new Promise((resolve) => {
      execFile(program, args, { cwd: repositoryRoot(), env: { PATH: process.env['PATH'], HOME: folder.path }, timeout: LIMIT_MS }, (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }))
    })
  }

  it('ends with 0 where the SLOs hold, whatever the warm-up was like', async () => {
    await using server = await AnsweringServer.start((response, at) => (at < 20 ? refuse(response, 503, '/problems/overloaded') : accept(response)))
    const { code, output } = await k6(`BASE_URL=${server.url}/`, `ENVELOPES=${envelopes}`, 'RATE=20', 'WARM_UP=1', 'DURATION=2s', 'MAX_VUS=10')
    expect([code, server.readings], output).toEqual([0, 60])
    expect(output).toMatch(/accepted\.*: 100\.00% 40 out of 40/)
  }, LIMIT_MS)

  it('ends with 99 where they do not', async () => {
    await using server = await AnsweringServer.start((response, at) => (at % 2 === 0 ? refuse(response, 503, '/problems/overloaded') : accept(response)))
    const { code, output } = await k6(`BASE_URL=${server.url}`, `ENVELOPES=${envelopes}`, 'RATE=20', 'WARM_UP=0', 'DURATION=2', 'MAX_VUS=10')
    expect(code, output).toBe(THRESHOLDS_FAILED)
    expect(output).toMatch(/✗ 'rate>0\.999'/)
  }, LIMIT_MS)

  it('ends with 99 where a server that stalls leaves no virtual user for those who come', async () => {
    await using server = await AnsweringServer.start((response) => void setTimeout(() => accept(response), 1_000))
    const { code, output } = await k6(`BASE_URL=${server.url}`, `ENVELOPES=${envelopes}`, 'RATE=20', 'WARM_UP=0', 'DURATION=2', 'MAX_VUS=2')
    expect(code, output).toBe(THRESHOLDS_FAILED)
    expect(output).toMatch(/✗ 'count<1'/)
  }, LIMIT_MS)

  it('says what is missing', async () => {
    expect((await k6()).output).toContain('-e BASE_URL=… is missing: see loadtest/scenarios/README.md')
    expect((await k6('BASE_URL=http://127.0.0.1:1', `ENVELOPES=${envelopes}`, 'DURATION=soon')).output).toContain('-e DURATION=soon is not a time such as 30s')
  }, LIMIT_MS)
})
