import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseTlogProof } from '@brume/merkle'
import { DevLedger } from '@brume/proof/devLedger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LedgerServer } from './ledgerServer.fixture.ts'
import { brume } from './terminal.fixture.ts'

const vector = (name: string) => fileURLToPath(new URL(`../vectors/proof/${name}`, import.meta.url))
const [batched, direct, trust] = [vector('batched.json'), vector('direct.json'), vector('trust.json')]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brume-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function fileOf(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.json`)
  await writeFile(path, content)
  return path
}

describe('brume verify', () => {
  it('says of a good proof what each link is', async () => {
    const { code, out, err } = await brume('verify', batched, '--trust', trust)
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n').map((line) => line.slice(0, 40).trimEnd())).toMatchInlineSnapshot(`
      [
        "the file says (true as far as the links",
        "reading  58q5cgbGxwhL2pIFhxFhh-rK6Ed_EXh",
        "device   0199c0de-0000-7000-8000-d000000",
        "entry    7",
        "block    3 of 2025-11-21T12:00:03.000Z,",
        "",
        "signature  verified        signed by 019",
        "binding    verified        key 2 was bou",
        "inclusion  verified        the reading i",
        "checkpoint verified        brume.local/c",
        "anchor     verified        the contract",
        "receipt    verified        receipt 0 is",
        "block      not checked     no block hash",
        "network    taken on trust  no receipt ca",
        "hints      verified        the file name",
        "",
        "note: no later event shown: a proof cann",
        "good: every required link is verified",
        "",
      ]
    `)
  })

  it('writes the verdict as JSON', async () => {
    const { code, out } = await brume('verify', direct, '--trust', trust, '--json')
    expect([code, JSON.parse(out)]).toMatchObject([0, { ok: true, writeMode: 'direct', unmet: [] }])
  })

  it('exits 1 for one changed byte', async () => {
    const text = await readFile(batched, 'utf8')
    const at = text.indexOf('"envelope"') + 200
    const { code, out } = await brume('verify', await fileOf(`${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`), '--trust', trust)
    expect(code).toBe(1)
    expect(out).toContain('REFUSED')
  })

  it('exits 1 when a required link is not verified', async () => {
    const required = await fileOf(JSON.stringify({ ...JSON.parse(await readFile(trust, 'utf8')), require: ['block'] }))
    const { code, out } = await brume('verify', batched, '--trust', required)
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([1, 'refused: required and not verified: block'])
  })

  it('shows control characters of a file as text', async () => {
    const { err } = await brume('verify', await fileOf('{"format":"brume-proof/v1","writeMode":"batched","\\u001b[2J":1}'), '--trust', trust)
    expect(err).not.toContain('\u001b')
  })
})

describe('what cannot be used exits 2', () => {
  it.each([
    ['no file', () => ['verify', join(folder, 'none.json'), '--trust', trust]],
    ['a folder', () => ['verify', folder, '--trust', trust]],
    ['no JSON', async () => ['verify', await fileOf('not json'), '--trust', trust]],
    ['an empty file', async () => ['verify', await fileOf(''), '--trust', trust]],
    ['a file without end', () => ['verify', '/dev/zero', '--trust', trust]],
    ['a trust file as proof', () => ['verify', trust, '--trust', trust]],
    ['a proof as trust file', () => ['verify', batched, '--trust', batched]],
    ['no trust', () => ['verify', batched]],
    ['no arguments', () => ['verify']],
    ['an unknown command', () => ['prove']],
    ['an unknown option', () => ['verify', batched, '--trust', trust, '--force']],
    ['too many files', () => ['verify', batched, direct, '--trust', trust]],
    ['no command', () => []],
    ['a wait that is no number', () => ['fsck', '--url', 'http://127.0.0.1:1', '--chain', '0199c0de-0000-7000-8000-c00000000001', '--wait', 'long']],
    ['an export of a direct proof', () => ['export', direct]],
  ])('%s', async (_, argv) => {
    const { code, out, err } = await brume(...(await argv()))
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toBe('')
  })
})

describe('brume export, trust and help', () => {
  it('exports a .tlog-proof', async () => {
    const { code, out } = await brume('export', batched)
    expect([code, parseTlogProof(out).ok]).toEqual([0, true])
  })

  it('writes a trust file under which the proofs of that platform hold, and says that it is trust on first use', async () => {
    const ledger = await DevLedger.start({ writeMode: 'batched' })
    const server = await LedgerServer.start(ledger)
    const { code, out, err } = await brume('trust', '--url', `${server.url}/`, '--chain', ledger.chainId)
    await server.stop()
    await ledger.stop()
    expect([code, err]).toEqual([0, expect.stringContaining('Trust on first use')])
    expect((await brume('verify', batched, '--trust', await fileOf(out))).code).toBe(0)
  })

  it('helps', async () => {
    const { code, out } = await brume('--help')
    expect([code, out]).toEqual([0, expect.stringContaining('verify')])
  })
})
