import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseProof, parseTrust, verify } from '@brume/proof'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, TestLedger, type TestDevice } from './ledger.fixture.ts'

describe.each(['batched', 'direct'] as const)('a %s chain', (writeMode) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'brume-ledger-'))
  let ledger: TestLedger
  let device: TestDevice
  let chain: any // the chain resource
  let seq = 0

  beforeAll(async () => {
    ledger = await TestLedger.start(dataDir)
    const { status, body } = await ledger.request('POST', '/v1/chains', { name: 'cold chain', writeMode, public: true, anchoring: { maxDelayMs: 200, maxReadings: 50 } })
    expect(status).toBe(202)
    chain = await ready(body.id)
    device = await ledger.device()
    const bound = await eventually(async () => {
      const answer = await ledger.request('PUT', `/v1/chains/${chain.id}/devices/${device.state.id}`, { request: await ledger.bindingRequest(device, chain.id) })
      return answer.status === 404 ? undefined : answer // the device's event is on its way
    })
    expect(bound.status).toBe(201)
  })

  afterAll(async () => {
    await ledger.stop()
    rmSync(dataDir, { recursive: true })
  })

  async function ready(id: string): Promise<unknown> {
    return eventually(async () => {
      const { body } = await ledger.request('GET', `/v1/chains/${id}`)
      if (body.state === 'failed') throw new Error(body.reason)
      return body.state === 'ready' ? body : undefined
    })
  }

  async function accept(count: number): Promise<string[]> {
    const envelopes = await Promise.all(Array.from({ length: count }, () => ledger.reading(device, chain.id, seq++)))
    return ledger.accept({ id: chain.id, partition: await ledger.partitionOf(chain.id) }, envelopes)
  }

  async function proofOf(leafHash: string | undefined): Promise<string> {
    return eventually(async () => {
      const { status, body } = await ledger.request('GET', `/v1/chains/${chain.id}/proofs/${leafHash}`)
      return status === 200 ? JSON.stringify(body) : undefined
    })
  }

  async function verdictOf(proof: string) {
    const parsed = parseProof(Buffer.from(proof))
    const trust = parseTrust(Buffer.from(JSON.stringify({
      format: 'brume-trust/v1', ledger: { origin: chain.ledger.origin, verifierKey: chain.ledger.verifierKey },
      platformKeys: chain.platformKeys.map(({ kty, crv, x }: { kty: string; crv: string; x: string }) => ({ kty, crv, x })), chain: { eip155: chain.eip155, contract: chain.contract },
    })))
    if (!parsed.ok || !trust.ok) throw new Error(JSON.stringify({ parsed, trust }))
    return verify(parsed.value, trust.value)
  }

  it('proves a reading offline', async () => {
    const leaves = await accept(10)
    const verdict = await verdictOf(await proofOf(leaves[3]))
    expect(verdict.links.filter(({ state }) => state === 'refused')).toEqual([])
    expect(verdict.ok).toBe(true)
  })

  it('goes on when its engine is killed, and readings are anchored afterwards', async () => {
    const { body: { result: before } } = await ledger.request('POST', `/v1/chains/${chain.id}/rpc`, { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] })
    const { readFileSync } = await import('node:fs')
    process.kill(JSON.parse(readFileSync(join(dataDir, 'engines', chain.id, 'engine.json'), 'utf8')).pid, 'SIGKILL')
    const leaves = await accept(5)
    expect((await verdictOf(await proofOf(leaves[4]))).ok).toBe(true)
    const { body: { result: after } } = await ledger.request('POST', `/v1/chains/${chain.id}/rpc`, { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] })
    expect(Number(after)).toBeGreaterThan(Number(before))
  })

  it('goes on after a restart of the platform', async () => {
    const before = await accept(3)
    await ledger.stop()
    ledger = await TestLedger.start(dataDir, ledger)
    const after = await accept(3)
    for (const leaf of [before[0], after[2]]) expect((await verdictOf(await proofOf(leaf))).ok).toBe(true)
  })

  it('carries a suspension into the ledger, and flags what comes after it', async () => {
    await ledger.publish('devices', { ...device.state, status: 'suspended' })
    await eventually(async () => (await ledger.request('GET', `/v1/chains/${chain.id}/readings?limit=1000`)).body.items.find(({ typ }: { typ: string }) => typ === 'brume-device-status'))
    const [leaf] = await accept(1)
    const entry = await eventually(async () => {
      const { status, body } = await ledger.request('GET', `/v1/chains/${chain.id}/readings/${leaf}`)
      return status === 200 ? body : undefined
    })
    expect(entry.flags).toEqual(['suspended'])
  })

  it('stops with everything anchored, starts again, and is deleted only when stopped', async () => {
    const [leaf] = await accept(1)
    await eventually(async () => ((await ledger.request('GET', `/v1/chains/${chain.id}/readings/${leaf}`)).status === 200 ? true : undefined))
    expect((await ledger.request('DELETE', `/v1/chains/${chain.id}`)).body).toMatchObject({ type: '/problems/chain-state-conflict', state: 'ready', possible: ['stop'] })
    expect((await ledger.request('POST', `/v1/chains/${chain.id}/stop`)).body.state).toBe('stopping')
    await eventually(async () => ((await ledger.request('GET', `/v1/chains/${chain.id}`)).body.state === 'stopped' ? true : undefined))
    expect((await ledger.request('GET', `/v1/chains/${chain.id}/readings/${leaf}`)).body.state).toBe('anchored')
    expect((await ledger.request('POST', `/v1/chains/${chain.id}/rpc`, { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })).body.type).toBe('/problems/chain-not-running')
    await ledger.request('POST', `/v1/chains/${chain.id}/start`)
    await ready(chain.id)
    await ledger.request('POST', `/v1/chains/${chain.id}/stop`)
    await eventually(async () => ((await ledger.request('GET', `/v1/chains/${chain.id}`)).body.state === 'stopped' ? true : undefined))
    expect((await ledger.request('DELETE', `/v1/chains/${chain.id}`)).status).toBe(202)
    expect((await ledger.request('GET', `/v1/chains/${chain.id}`)).body.type).toBe('/problems/chain-not-found')
  })
})
