import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { brume } from '../terminal.fixture.ts'
import { DeadLetterServer, letterOf, OPERATOR_TOKEN } from './deadLetterServer.fixture.ts'

let folder: string
let tokenFile: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brume-cli-'))
  tokenFile = join(folder, 'operator.token')
  await writeFile(tokenFile, `${OPERATOR_TOKEN}\n`)
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  vi.stubEnv('BRUME_OPERATOR_TOKEN', undefined)
  vi.stubEnv('BRUME_URL', undefined)
})
afterEach(() => vi.unstubAllEnvs())

const deadletter = (server: DeadLetterServer, command: string, ...more: string[]) => brume('deadletter', command, '--url', server.url, '--token-file', tokenFile, ...more)

describe('brume deadletter list', () => {
  it('writes every letter of every page with reason and origin', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1), letterOf('entries', 2, { state: 'replayed', replayedAs: 'entries.0.9' }), letterOf('devices', 3))
    expect(await deadletter(server, 'list')).toEqual({
      code: 0,
      out: [
        'devices.0.1  open  2026-01-02T03:04:05.678Z  8 bytes  key a key: not JSON\n',
        'entries.0.2  replayed as entries.0.9  2026-01-02T03:04:05.678Z  8 bytes  key a key: not JSON\n',
        'devices.0.3  open  2026-01-02T03:04:05.678Z  8 bytes  key a key: not JSON\n',
      ].join(''),
      err: '2 open, 1 replayed, 0 superseded\n',
    })
  })

  it('writes one JSON object a line, of one topic', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1), letterOf('entries', 2))
    const { out } = await deadletter(server, 'list', '--json', '--topic', 'entries')
    expect(out.trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual([letterOf('entries', 2)])
  })

  it('shows control characters of a hostile message as text', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1, { key: '\u001b[2J', reason: 'a\nb' }))
    expect((await deadletter(server, 'list')).out.split('\n')).toHaveLength(2)
    expect((await deadletter(server, 'list')).out).not.toContain('\u001b')
  })
})

describe('brume deadletter replay', () => {
  it('replays the letters that are named', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1), letterOf('devices', 2))
    expect(await deadletter(server, 'replay', 'devices.0.2')).toEqual({ code: 0, out: 'devices.0.2  replayed as devices.0.102\n', err: '1 of 1 closed\n' })
    expect(server.letters.map(({ state }) => state)).toEqual(['open', 'replayed'])
  })

  it('replays all that are open, of one topic where it is asked, and says what is left', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1), letterOf('entries', 2), letterOf('devices', 3), letterOf('devices', 4, { state: 'superseded' }), letterOf('devices', 5))
    const narrowed = await deadletter(server, 'replay', '--all', '--topic', 'devices')
    expect([narrowed.code, narrowed.out.match(/replayed as/g)?.length]).toEqual([0, 3])
    expect((await deadletter(server, 'replay', '--all')).err).toBe('1 of 1 closed\n0 are open now\n')
  })

  it('exits 1 where a letter was refused, and replays the others', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1), letterOf('devices', 2))
    server.refuse.add('devices.0.1')
    const { code, out, err } = await deadletter(server, 'replay', '--all')
    expect([code, out]).toEqual([1, 'devices.0.2  replayed as devices.0.102\n'])
    expect(err).toBe('devices.0.1  refused: 409 dead-letter-not-replayable\n1 of 2 closed\n1 are open now\n')
    expect((await deadletter(server, 'replay', 'devices.0.77')).code).toBe(1)
  })

  it('takes the token from the environment', async () => {
    await using server = await DeadLetterServer.start(letterOf('devices', 1))
    vi.stubEnv('BRUME_OPERATOR_TOKEN', OPERATOR_TOKEN)
    expect((await brume('deadletter', 'replay', '--url', server.url, 'devices.0.1')).code).toBe(0)
  })
})

describe('what cannot be used exits 2', () => {
  it.each<[string, () => string[] | Promise<string[]>]>([
    ['no command', () => ['deadletter']],
    ['no token', () => ['deadletter', 'list']],
    ['no token file', () => ['deadletter', 'list', '--token-file', join(folder, 'none')]],
    ['an empty token file', async () => {
      await writeFile(join(folder, 'empty'), '\n')
      return ['deadletter', 'list', '--token-file', join(folder, 'empty')]
    }],
    ['no server', () => ['deadletter', 'replay', 'devices.0.1', '--token-file', tokenFile, '--url', 'http://127.0.0.1:1']],
    ['another URL', () => ['deadletter', 'list', '--token-file', tokenFile, '--url', 'ftp://x']],
    ['no letter', () => ['deadletter', 'replay', '--token-file', tokenFile]],
    ['a letter and all', () => ['deadletter', 'replay', 'devices.0.1', '--all', '--token-file', tokenFile]],
    ['a topic without all', () => ['deadletter', 'replay', 'devices.0.1', '--topic', 'devices', '--token-file', tokenFile]],
    ['a path as id', () => ['deadletter', 'replay', '../tenants', '--token-file', tokenFile]],
  ])('%s', async (_, argv) => {
    const { code, out, err } = await brume(...(await argv()))
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toBe('')
  }, 20_000)

  it('another token, which is not shown', async () => {
    await using server = await DeadLetterServer.start()
    await writeFile(join(folder, 'other'), 'somebody-else')
    const { code, err } = await brume('deadletter', 'list', '--url', server.url, '--token-file', join(folder, 'other'))
    expect([code, err]).toEqual([2, expect.stringContaining('403 operator-only')])
    expect(err).not.toContain('somebody-else')
  })
})
