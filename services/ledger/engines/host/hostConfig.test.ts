import { TemporaryFolder } from '@brume/testing'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hostConfig } from './hostConfig.ts'
import { WantedEngines } from './wantedEngines.ts'

const needed = ['--data', '/data', '--token-file', '/token']

describe('the settings of the engine host', () => {
  it('listen on the loopback address and keep engines ten minutes, unless told otherwise', () => {
    expect(hostConfig(needed, {})).toEqual({ data: '/data', host: '127.0.0.1', port: 8090, 'token-file': '/token', 'lease-ms': 600_000 })
    expect(hostConfig([...needed, '--host', '::', '--port', '0'], { BRUME_ENGINE_LEASE_MS: '30000' })).toMatchObject({ host: '::', port: 0, 'lease-ms': 30_000 })
  })

  it('are refused with one line for each mistake', () => {
    const refusal = (argv: string[]) => {
      try {
        return hostConfig(argv, {})
      } catch (error) {
        return error instanceof Error ? error.message : error
      }
    }
    expect(refusal(['--port', '70000', '--lease-ms', '1000'])).toMatchInlineSnapshot(`
      "Brume cannot start:
        --data: is needed: the folder of the engines
        --port: Too big: expected number to be <=65535
        --token-file: is needed: a file with a bearer token of at least 32 characters
        --lease-ms: Too small: expected number to be >=20000"
    `)
    expect(refusal(['--tls'])).toMatch(/Known flags: --data --host --port --token-file --lease-ms$/)
  })
})

describe('the wanted engines', () => {
  it('stop the start when one cannot be read, rather than be forgotten', () => {
    using folder = new TemporaryFolder()
    const wanted = join(folder.path, 'wanted')
    mkdirSync(wanted)
    writeFileSync(join(wanted, 'x.json'), '{"chainId":')
    expect(() => new WantedEngines(wanted)).toThrow(/x\.json is not an order for an engine/)
  })

  it('are the same after a restart, and an order that was cut off by a crash is none', () => {
    using folder = new TemporaryFolder()
    const order = { chainId: '01890000-0000-7000-8000-000000000000', eip155: 5, fundedAddress: `0x${'ab'.repeat(20)}`, hardfork: 'shanghai' } as const
    const gone = { ...order, chainId: '01890000-0000-7000-8000-000000000001' }
    const first = new WantedEngines(folder.path)
    for (const one of [order, gone]) first.add(one)
    first.remove(gone.chainId)
    writeFileSync(join(folder.path, `${gone.chainId}.json.77.0`), '{"chai')
    expect(new WantedEngines(folder.path).all()).toEqual([order])
  })
})
