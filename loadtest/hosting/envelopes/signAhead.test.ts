import { generateDeviceKey } from '@brume/client'
import { parseEntry } from '@brume/envelope'
import { ReadingPool, TemporaryFolder } from '@brume/testing'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BoundDevice } from '../../bench/site/boundDevice.ts'
import { signAhead } from './signAhead.ts'

const CHAIN = '018f4e5a-7c6b-7d2e-8f00-000000000001'

async function deviceOf(id: string): Promise<BoundDevice> {
  const { privateJwk } = await generateDeviceKey('EdDSA')
  return { id, chainId: CHAIN, pool: new ReadingPool({ chain: CHAIN, device: id, privateJwk }) }
}

/** Device and seq of each. */
function read(file: string): { device: string; seq: number }[][] {
  return readFileSync(file, 'latin1').trimEnd().split('\n').map((line) => envelopesOf(line).map((envelope) => {
    const parsed = parseEntry(Buffer.from(envelope, 'latin1'))
    if (!parsed.ok || parsed.envelope.typ !== 'brume-reading') throw new Error('not a reading')
    return { device: parsed.envelope.signer.deviceId, seq: parsed.envelope.seq }
  }))
}

function envelopesOf(line: string): string[] {
  return line.startsWith('{') ? JSON.parse(line).readings : [line]
}

describe('readings that are signed ahead', () => {
  let folder: TemporaryFolder
  let devices: BoundDevice[]
  beforeEach(async () => {
    folder = new TemporaryFolder()
    devices = [await deviceOf('018f4e5a-7c6b-7d2e-8f00-00000000000a'), await deviceOf('018f4e5a-7c6b-7d2e-8f00-00000000000b')]
  })
  afterEach(() => folder[Symbol.dispose]())

  it('are one request a line, the devices in turn, and the next file goes on where the last one ended', async () => {
    const file = join(folder.path, 'envelopes')
    await signAhead({ devices, count: 3, perRequest: 1, file })
    expect(read(file).flat().map(({ device, seq }) => [device.at(-1), seq])).toEqual([['a', 0], ['b', 0], ['a', 1]])
    await signAhead({ devices, count: 2, perRequest: 1, file })
    expect(read(file).flat().map(({ device, seq }) => [device.at(-1), seq])).toEqual([['a', 2], ['b', 1]])
  })

  it('are batches of one device each', async () => {
    const file = join(folder.path, 'envelopes')
    await signAhead({ devices, count: 2, perRequest: 10, file })
    expect(read(file).map((batch) => [new Set(batch.map(({ device }) => device)).size, batch.map(({ seq }) => seq)])).toEqual([[1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], [1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]])
  })

  it('are all there when they are more than is held at once', async () => {
    const file = join(folder.path, 'envelopes')
    await signAhead({ devices, count: 1_500, perRequest: 1, file })
    expect(read(file)).toHaveLength(1_500)
  })

  it('leave no half file when they are given up', async () => {
    const given = signAhead({ devices, count: 1_500, perRequest: 1, file: join(folder.path, 'envelopes'), signal: AbortSignal.abort(new Error('interrupted')) })
    await expect(given).rejects.toThrow('interrupted')
    expect(readdirSync(folder.path)).toEqual([])
  })
})
