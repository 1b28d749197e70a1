import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, TestLedger, type TestDevice } from '../ledger.fixture.ts'

describe.each(['batched', 'direct'] as const)('a %s ledger whose database was put back to an older copy', (writeMode) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'brume-rollback-'))
  const backup = mkdtempSync(join(tmpdir(), 'brume-backup-'))
  let ledger: TestLedger
  let device: TestDevice
  let chain: any // the chain resource
  let checkpoint: string
  let anchored: string[]

  beforeAll(async () => {
    ledger = await TestLedger.start(dataDir)
    const { body } = await ledger.request('POST', '/v1/chains', { name: 'cold chain', writeMode, public: true, anchoring: { maxDelayMs: 100, maxReadings: 10 } })
    chain = await eventually(async () => {
      const answer = await ledger.request('GET', `/v1/chains/${body.id}`)
      return answer.body.state === 'ready' ? answer.body : undefined
    })
    device = await ledger.device()
    await eventually(async () => {
      const { status } = await ledger.request('PUT', `/v1/chains/${chain.id}/devices/${device.state.id}`, { request: await ledger.bindingRequest(device, chain.id) })
      return status === 201 ? true : undefined
    })
    await acceptAnchored(0, 20)
    await ledger.stop()
    copyDatabase(dataDir, backup)
    ledger = await TestLedger.start(dataDir, ledger)
    anchored = await acceptAnchored(20, 50)
    checkpoint = (await ledger.request('GET', `/v1/chains/${chain.id}/ledger/checkpoint`)).body
    await ledger.stop()
    copyDatabase(backup, dataDir)
  })

  afterAll(async () => {
    await ledger.stop()
    rmSync(dataDir, { recursive: true })
    rmSync(backup, { recursive: true })
  })

  function copyDatabase(from: string, to: string): void {
    for (const file of readdirSync(to).filter((name) => name.startsWith('brume.db'))) rmSync(join(to, file))
    for (const file of readdirSync(from).filter((name) => name.startsWith('brume.db'))) cpSync(join(from, file), join(to, file))
  }

  async function acceptAnchored(from: number, to: number): Promise<string[]> {
    const readings = await Promise.all(Array.from({ length: to - from }, (_, i) => ledger.reading(device, chain.id, from + i)))
    const leaves = await ledger.accept({ id: chain.id, partition: await ledger.partitionOf(chain.id) }, readings)
    await eventually(async () => {
      const states = await Promise.all(leaves.map((leaf) => ledger.request('GET', `/v1/chains/${chain.id}/proofs/${leaf}`)))
      return states.every(({ status }) => status === 200) ? true : undefined
    })
    return leaves
  }

  it('stands still and says why, as long as the log cannot be replayed', async () => {
    renameSync(join(dataDir, 'log.db'), join(dataDir, 'log.db.away'))
    ledger = await TestLedger.start(dataDir, ledger)
    const { status, body } = await eventually(async () => {
      const answer = await ledger.request('GET', `/v1/chains/${chain.id}/ledger/checkpoint`)
      return answer.status === 503 ? answer : undefined
    })
    expect({ status, type: body.type }).toEqual({ status: 503, type: '/problems/ledger-rolled-back' })
    expect((await ledger.request('GET', `/v1/chains/${chain.id}`)).body.ledger.halted).toMatch(/the tree is smaller than the \d+ entries of the last (signed checkpoint|anchor): waiting until the log is replayed/)
    await ledger.stop()
    for (const file of readdirSync(dataDir).filter((name) => /^log\.db(-wal|-shm)?$/.test(name))) rmSync(join(dataDir, file))
    renameSync(join(dataDir, 'log.db.away'), join(dataDir, 'log.db'))
  })

  it('replays the log to the same roots and goes on', async () => {
    ledger = await TestLedger.start(dataDir, ledger)
    const again = await eventually(async () => {
      const { status, body } = await ledger.request('GET', `/v1/chains/${chain.id}/ledger/checkpoint`)
      return status === 200 && body.split('\n')[1] === checkpoint.split('\n')[1] ? body : undefined
    })
    expect(again).toBe(checkpoint)
    for (const leaf of [anchored[0], anchored.at(-1)]) {
      expect((await eventually(async () => {
        const answer = await ledger.request('GET', `/v1/chains/${chain.id}/proofs/${leaf}`)
        return answer.status === 200 ? answer : undefined
      })).status).toBe(200)
    }
    await acceptAnchored(50, 60)
  })
})
