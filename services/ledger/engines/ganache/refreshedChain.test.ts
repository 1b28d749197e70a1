import { mkdirSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineYard, signedTransfers } from '../engine.fixture.ts'
import type { EngineSpec } from '../engine.ts'
import { BlockMaker } from './blockMaker.ts'
import { openChain } from './ganacheChain.ts'
import { RefreshedChain } from './refreshedChain.ts'

describe('RefreshedChain', () => {
  const yard = new EngineYard()
  let spec: EngineSpec
  let chain: RefreshedChain
  let opened: number

  beforeEach(async () => {
    opened = 0
    spec = yard.spec()
    mkdirSync(spec.dataDir)
    chain = await RefreshedChain.of(() => {
      opened += 1
      return openChain(spec.dataDir, spec)
    })
  })
  afterEach(async () => {
    await chain.close()
    await yard.clear()
  })

  it('loses no transaction and fails no reader while it is refreshed after every round', async () => {
    const blocks = new BlockMaker(chain, 1)
    const raw = await signedTransfers(yard.writer, spec.eip155, Array.from({ length: 30 }, (_, nonce) => nonce))
    let sending = true
    const reader = (async () => {
      let reads = 0
      for (; sending; reads += 1) {
        await chain.request('eth_getBlockByNumber', ['latest', false])
        await nextTurn() // ganache may answer without one, and would starve the rest
      }
      return reads
    })()
    for (let n = 0; n < raw.length; n += 3) await Promise.all(raw.slice(n, n + 3).map((one) => blocks.send(one)))
    sending = false
    expect(await reader).toBeGreaterThan(0)
    expect(opened).toBeGreaterThan(10)
    expect(await chain.request('eth_getTransactionCount', [spec.fundedAddress, 'latest'])).toBe('0x1e')
  })
})
