import type { ChainResource } from '@brume/client'
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectProblem, get } from './http.ts'
import { LedgerReader, readLedger, type ReadLedger } from './reader/ledgerReader.ts'
import { rootOf } from './reader/tree.ts'
import { anchored, boundDevice, deliver, leafHashText, newTenant, readyChain, type SimulatedDevice, type TenantWorld } from './world/world.ts'

/** More than one full tile, so that full and partial tiles of two levels are read. */
const READINGS = 600

let tenant: TenantWorld
let chain: ChainResource
let devices: SimulatedDevice[]
let reader: LedgerReader
let earlier: ReadLedger
let ledger: ReadLedger
let sent: string[]
beforeAll(async () => {
  tenant = await newTenant()
  chain = await readyChain(tenant)
  devices = [await boundDevice(tenant, chain.id), await boundDevice(tenant, chain.id, 'ES256')]
  reader = new LedgerReader(chain.id, chain.ledger.verifierKey)
  sent = await fill(20)
  earlier = await readLedger(reader)
  sent.push(...(await fill(READINGS)))
  ledger = await readLedger(reader)
})

async function fill(count: number): Promise<string[]> {
  const envelopes = Array.from({ length: count }, (_, at) => devices[at % devices.length]?.reading(chain.id) ?? '')
  const leaves = await deliver(envelopes)
  await anchored(chain.id, leaves.at(-1) ?? '')
  return envelopes
}

describe('the ledger, read by C2SP tlog-tiles with nothing of Brume', () => {
  it('has a checkpoint that its verifier key signed', () => {
    expect(ledger.checkpoint.origin).toBe(chain.ledger.origin)
    expect(ledger.checkpoint.size).toBeGreaterThanOrEqual(READINGS + 22)
  })

  it('has each accepted reading exactly once', () => {
    const counts = new Map<string, number>()
    for (const leaf of ledger.leaves) counts.set(leaf.toString('base64url'), (counts.get(leaf.toString('base64url')) ?? 0) + 1)
    expect(sent.map((envelope) => counts.get(leafHashText(envelope)))).toEqual(sent.map(() => 1))
  })

  it('serves every hash tile, full and partial', async () => {
    await reader.expectTilesOf(ledger.leaves)
    await reader.expectTilesOf(earlier.leaves) // the partial tiles of an earlier checkpoint
  })

  it('only ever grows: the older root is the root of the first entries', () => {
    const first = ledger.leaves.slice(0, earlier.checkpoint.size)
    expect(Buffer.from(rootOf(first)).equals(earlier.checkpoint.root)).toBe(true)
  })

  it('holds nothing but JWS that jose can check: bindings by the platform\'s key, readings by the keys bound before', async () => {
    const keys = new Map<string, JWK>(chain.platformKeys.map((key) => [key.kid, key]))
    for (const entry of ledger.entries) {
      const { typ, kid = '', alg } = decodeProtectedHeader(entry.toString())
      const jwk = keys.get(kid)
      if (jwk === undefined) throw new Error(`no entry has made ${kid} known`)
      const { payload } = await compactVerify(entry.toString(), await importJWK(jwk, alg))
      if (typ === 'brume-binding') {
        const { device, keyNumber, jwk: bound } = JSON.parse(Buffer.from(payload).toString())
        keys.set(`${device}#${keyNumber}`, bound)
      }
    }
    expect(keys.size).toBe(1 + devices.length)
  })

  it('serves nothing that is not of a published checkpoint', async () => {
    for (const path of ['tile/0/999', 'tile/0/001.p/300', 'tile/0/1', 'tile/0/000.p/0', 'tile/9/000', 'tile/entries/x001/000', 'tile/entries/000.p/256', 'tile/0/000%2fp', 'tile/-1/000', 'tile/']) {
      const answer = await get(`/v1/chains/${chain.id}/ledger/${path}`)
      expect({ path, status: answer.status, type: answer.headers.get('content-type') }).toEqual({ path, status: expect.toBeOneOf([400, 404]), type: expect.stringMatching(/^application\/problem\+json/) })
    }
    await expectProblem(await get(`/v1/chains/${chain.id}/ledger/tile/0/999`), 404, 'tile-not-found')
  })

  it('lets full tiles be cached for ever and checkpoints not at all', async () => {
    expect((await get(`/v1/chains/${chain.id}/ledger/tile/0/000`)).headers.get('cache-control')).toMatch(/immutable/)
    expect((await get(`/v1/chains/${chain.id}/ledger/checkpoint`)).headers.get('cache-control')).toMatch(/no-store|no-cache/)
  })
})

describe('a ledger without entries', () => {
  it('says that there is no checkpoint yet', async () => {
    const fresh = await readyChain(tenant)
    await expectProblem(await get(`/v1/chains/${fresh.id}/ledger/checkpoint`), 404, 'checkpoint-not-found')
  })
})
