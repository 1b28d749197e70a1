import { describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'
import { configDoc } from './configDoc.ts'
import { settings } from './settings.ts'

const load = (env: Record<string, string>, ...argv: string[]) => loadConfig({ env, argv })

describe('loadConfig', () => {
  it('needs nothing', () => {
    const { dataDir, ...rest } = load({})
    expect(dataDir).toBe(`${process.cwd()}/data`)
    expect(rest).toEqual({
      host: '127.0.0.1',
      port: 8080,
      services: ['auth', 'ingest', 'ledger'],
      origin: 'brume.local',
      databaseUrl: `file:${dataDir}/brume.db`,
      eventLogUrl: `sqlite:${dataDir}/log.db`,
      entriesPartitions: 4,
      verifyThreads: 1,
      databaseConnections: 8,
      engineLeaseMs: 600_000,
      logLevel: 'info',
      drainGraceMs: 0,
    })
  })

  it('lets a flag win over the environment, and takes an empty variable for unset', () => {
    const config = load({ BRUME_DATA: '/a', PORT: '1', LOG_LEVEL: '' }, '--data', '/b', '--port', '0', '--services', 'ledger,auth')
    expect(config).toMatchObject({ dataDir: '/b', port: 0, services: ['ledger', 'auth'], databaseUrl: 'file:/b/brume.db', logLevel: 'info' })
  })

  it('names every mistake at once, and no secret', () => {
    const env = { PORT: '80x', BRUME_ORIGIN: 'https://a b', DATABASE_URL: 'mysql://x', BRUME_OPERATOR_TOKEN: 'hunter2', BRUME_KEK: 'c2hvcnQ=', BRUME_FAULT: 'a:0', VERIFY_THREADS: '0' }
    expect(() => load(env, '--services', 'auth,auth')).toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: Brume cannot start:
        --port (PORT): must be a whole number
        --services (BRUME_SERVICES): names a service twice
        BRUME_ORIGIN: must be a name such as brume.example/fog-1, without scheme, spaces and +
        DATABASE_URL: must begin with file: or postgresql://
        BRUME_OPERATOR_TOKEN: Too small: expected string to have >=32 characters
        BRUME_KEK: must be 32 bytes in base64
        VERIFY_THREADS: Too small: expected number to be >=1
        BRUME_FAULT: must be "name" or "name:n" with n from 1]
    `)
  })

  it('refuses an unknown flag and an unknown service', () => {
    expect(() => load({}, '--prot', '1')).toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: Brume cannot start:
        Unknown option '--prot' Known flags: --data --host --port --services]
    `)
    expect(() => load({ BRUME_SERVICES: 'auth,mint' })).toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: Brume cannot start:
        --services (BRUME_SERVICES): Invalid option: expected one of "auth"|"ingest"|"ledger"]
    `)
  })

  it.each(['brume.local', 'brume.example:8443/fog-1', 'a/b/c'])('accepts the origin %s', (origin) => {
    expect(load({ BRUME_ORIGIN: origin }).origin).toBe(origin)
  })

  it.each(['a+b', 'a b', 'a//b', '/a', 'a/', 'Brume', 'https://a'])('refuses the origin %j', (origin) => {
    expect(() => load({ BRUME_ORIGIN: origin })).toThrow('without scheme, spaces and +')
  })
})

describe('configDoc', () => {
  it('has a row for every setting', () => {
    const doc = configDoc()
    for (const { env } of Object.values(settings)) expect(doc).toContain(`| \`${env}\` |`)
    expect(doc).toContain('| `PORT` | `--port` | TCP port | `8080` |')
  })
})
