import type { ChainResource, WriteMode } from '@brume/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectProblem, get } from './http.ts'
import { openCheckpoint, parseVerifierKey } from './reader/checkpoint.ts'
import { leafHash, rootFromInclusion } from './reader/tree.ts'
import { trustOf, verdictOn } from './world/trustOf.ts'
import { anchored, boundDevice, deliver, newTenant, readyChain, type SimulatedDevice, type TenantWorld } from './world/world.ts'

interface Proven {
  readonly chain: ChainResource
  readonly device: SimulatedDevice
  readonly envelope: string
  readonly leaf: string
  readonly file: Buffer
}

let tenant: TenantWorld
const proven = {} as Record<WriteMode, Proven> // filled before the first test
beforeAll(async () => {
  tenant = await newTenant()
  proven.batched = await provenReading(tenant, 'batched')
  proven.direct = await provenReading(tenant, 'direct')
})

async function provenReading(owner: TenantWorld, writeMode: WriteMode): Promise<Proven> {
  const chain = await readyChain(owner, { writeMode })
  const device = await boundDevice(owner, chain.id)
  const envelope = device.reading(chain.id)
  const leaves = await deliver([device.reading(chain.id), envelope, device.reading(chain.id)])
  const leaf = leaves[1] ?? ''
  await anchored(chain.id, leaf)
  const answer = await get(`/v1/chains/${chain.id}/proofs/${leaf}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  return { chain, device, envelope, leaf, file: answer.bytes }
}

const modes = ['batched', 'direct'] as const

describe.each(modes)('the proof of a reading on a %s chain', (mode) => {
  it('is verified offline', async () => {
    const { chain, device, file, leaf } = proven[mode]
    const verdict = await verdictOn(file, trustOf(chain))
    expect(verdict).toMatchObject({ ok: true, unmet: [], reading: { device: device.id, leafHash: leaf } })
  })

  it('is bound to blocks whose hashes somebody else has seen, and to no others', async () => {
    const { chain, file } = proven[mode]
    // A direct proof has two blocks, the reading's and its binding's, so whoever trusts block hashes has those of both.
    expect(await verdictOn(file, trustOf(chain, await blockHashes(chain)))).toMatchObject({ ok: true })
    expect(await verdictOn(file, trustOf(chain, [`0x${'11'.repeat(32)}`]))).toMatchObject({ ok: false })
  })

  it('does not survive another character anywhere in the envelope', async () => {
    const { chain, envelope, file } = proven[mode]
    const trust = trustOf(chain)
    for (let at = 0; at < envelope.length; at += 23) {
      const other = envelope.slice(0, at) + (envelope[at] === 'A' ? 'B' : 'A') + envelope.slice(at + 1)
      const verdict = await verdictOn(Buffer.from(file.toString().replace(envelope, other)), trust)
      expect({ at, accepted: isAccepted(verdict) }).toEqual({ at, accepted: false })
    }
  })

  it('does not survive a flipped bit in any of its parts', async () => {
    const { chain, file } = proven[mode]
    const trust = trustOf(chain)
    for (let at = 0; at < file.length; at += Math.ceil(file.length / 150)) {
      const flipped = Buffer.from(file)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      const verdict = await verdictOn(flipped, trust)
      expect({ at, around: file.toString('latin1', at - 30, at + 10), accepted: isAccepted(verdict) }).toMatchObject({ at, accepted: false })
    }
  })

  it('is refused when it comes from an attacker\'s own consistent world', async () => {
    const attacker = await provenReading(await newTenant('attacker'), mode)
    expect(await verdictOn(attacker.file, trustOf(attacker.chain))).toMatchObject({ ok: true })
    expect(await verdictOn(attacker.file, trustOf(proven[mode].chain))).toMatchObject({ ok: false })
  })

  it('is anchored as the chain itself says through its RPC door', async () => {
    const { chain, file, envelope } = proven[mode]
    const { number } = blockOf(await verdictOn(file, trustOf(chain)))
    const block = `0x${number.toString(16)}`
    const logs = (await tenant.client.rpc(chain.id, 'eth_getLogs', [{ address: chain.contract, fromBlock: block, toBlock: block }])) as { data: string; topics: string[] }[] // the method's own form
    expect(logs.length).toBeGreaterThan(0)
    const wanted = mode === 'batched' ? openCheckpoint(JSON.parse(file.toString()).checkpoint, parseVerifierKey(chain.ledger.verifierKey)).root : Buffer.from(envelope)
    expect(logs.some(({ data }) => data.includes(wanted.toString('hex')))).toBe(true)
  })
})

describe('a batched proof', () => {
  it('holds by RFC 9162 and node:crypto alone', () => {
    const { chain, envelope, file } = proven.batched
    const { inclusion, checkpoint } = JSON.parse(file.toString())
    const { size, root } = openCheckpoint(checkpoint, parseVerifierKey(chain.ledger.verifierKey))
    expect(inclusion.size).toBe(size)
    const path = inclusion.path.map((hash: string) => Buffer.from(hash, 'base64url'))
    expect(Buffer.from(rootFromInclusion(leafHash(Buffer.from(envelope)), inclusion.index, size, path) ?? []).equals(root)).toBe(true)
  })

  it('is exported as C2SP tlog-proof; a direct one has no checkpoint to export', async () => {
    const { chain, leaf, envelope } = proven.batched
    const answer = await get(`/v1/chains/${chain.id}/proofs/${leaf}.tlog-proof`)
    expect(answer.status).toBe(200)
    const [version, extra, index] = answer.text.split('\n')
    expect(version).toBe('c2sp.org/tlog-proof@v1')
    expect(extra).toBe(`extra ${Buffer.from(envelope).toString('base64')}`)
    expect(index).toMatch(/^index \d+$/)
    await expectProblem(await get(`/v1/chains/${proven.direct.chain.id}/proofs/${proven.direct.leaf}.tlog-proof`), 409, 'entry-not-provable')
  })

  it('is not ready before the anchor, and says when to ask again', async () => {
    const chain = await readyChain(tenant, { anchoring: { maxDelayMs: 60_000 } })
    const device = await boundDevice(tenant, chain.id)
    const [leaf = ''] = await deliver([device.reading(chain.id)])
    const answer = await settled(`/v1/chains/${chain.id}/proofs/${leaf}`)
    await expectProblem(answer, 409, 'proof-not-ready')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is there for readings only', async () => {
    const { chain } = proven.batched
    const [binding] = (await get(`/v1/chains/${chain.id}/readings?limit=1`)).json.items
    await expectProblem(await get(`/v1/chains/${chain.id}/proofs/${binding.leafHash}`), 409, 'entry-not-provable')
    await expectProblem(await get(`/v1/chains/${chain.id}/proofs/${'A'.repeat(43)}`), 404, 'reading-not-found')
  })
})

describe('the RPC door', () => {
  it('is the chain of the resource, and only reads', async () => {
    const { chain } = proven.batched
    expect(Number(await tenant.client.rpc(chain.id, 'eth_chainId'))).toBe(chain.eip155)
    for (const method of ['eth_sendRawTransaction', 'eth_accounts', 'evm_mine', 'personal_unlockAccount', 'miner_stop']) {
      await expect(tenant.client.rpc(chain.id, method, [])).rejects.toThrow('-32601')
    }
  })
})

function isAccepted(verdict: Awaited<ReturnType<typeof verdictOn>>): boolean {
  return verdict !== 'unusable' && verdict.ok
}

function blockOf(verdict: Awaited<ReturnType<typeof verdictOn>>): { number: number } {
  if (verdict === 'unusable' || !verdict.block) throw new Error('the proof names no block')
  return verdict.block
}

async function blockHashes(chain: ChainResource): Promise<string[]> {
  const latest = Number(await tenant.client.rpc(chain.id, 'eth_blockNumber'))
  const numbers = Array.from({ length: latest + 1 }, (_, number) => `0x${number.toString(16)}`)
  const blocks = await Promise.all(numbers.map((number) => tenant.client.rpc(chain.id, 'eth_getBlockByNumber', [number, false])))
  return blocks.map((block) => (block as { hash: string }).hash) // the method's own form
}

/** Once the ledger has it: a moment after the promise it is sequenced. */
async function settled(path: string): ReturnType<typeof get> {
  for (let tries = 0; ; tries++) {
    const answer = await get(path)
    if (answer.status !== 404 || tries > 100) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
