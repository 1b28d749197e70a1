import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DevLedger } from '@brume/proof/devLedger'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LedgerServer } from '../ledgerServer.fixture.ts'
import { brume } from '../terminal.fixture.ts'
import type { FsckReport } from './report.ts'

const flip = (body: Buffer, at: number): Buffer => {
  const changed = Buffer.from(body)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

async function fsckOf(server: LedgerServer, ledger: DevLedger, ...more: string[]): Promise<{ code: number; err: string; report: FsckReport; codes: string[] }> {
  const { code, out, err } = await brume('fsck', '--url', server.url, '--chain', ledger.chainId, '--json', '--wait', '0', ...more)
  const report: FsckReport = out === '' ? undefined : JSON.parse(out)
  return { code, err, report, codes: [...new Set(report?.findings.map((finding) => finding.code))] }
}

/** More than one tile, and something of every kind. */
async function fill(ledger: DevLedger): Promise<void> {
  const [plain, replaced] = [await ledger.addDevice(), await ledger.addDevice('ES256')]
  for (let value = 0; value < 140; value++) await ledger.read(plain, value)
  await ledger.publish()
  await ledger.read(replaced, 1)
  await ledger.replaceKey(replaced, { lost: false })
  await ledger.replaceKey(replaced, { lost: true })
  for (let value = 0; value < 140; value++) await ledger.read(replaced, value)
  await ledger.publish()
}

describe.each(['batched', 'direct'] as const)('fsck of a %s ledger', (writeMode) => {
  let ledger: DevLedger
  let server: LedgerServer
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brume-fsck-'))
    ledger = await DevLedger.start({ writeMode })
    await fill(ledger)
    server = await LedgerServer.start(ledger)
  })
  beforeEach(() => {
    server.tamper = (_, body) => body
    server.token = undefined
  })
  afterAll(async () => {
    await server.stop()
    await ledger.stop()
    await rm(folder, { recursive: true })
  })

  it('finds a good ledger clean, and says what it took on trust', async () => {
    const { code, report } = await fsckOf(server, ledger)
    expect(report).toMatchObject({ ok: true, origin: ledger.origin, size: 285, writeMode, findings: [] })
    expect(report.counts).toEqual({
      entries: 285, readings: 281, bindings: 2, keys: 2, statuses: 0, devices: 2, gaps: 0, tiles: 3,
      anchors: writeMode === 'batched' ? 2 : 0, records: writeMode === 'direct' ? 285 : 0,
    })
    expect(report.notes[0]).toContain('trust on first use')
    expect(code).toBe(0)
  })

  it('needs nothing of the platform when it has a trust file', async () => {
    const file = join(folder, 'trust.json')
    await writeFile(file, JSON.stringify(ledger.trust()))
    server.tamper = (path, body) => (path === '' ? undefined : body)
    const { code, report } = await fsckOf(server, ledger, '--trust', file)
    expect([code, report.notes.length]).toEqual([0, 1])
  })

  it('prints a report for people', async () => {
    const { code, out } = await brume('fsck', '--url', server.url, '--chain', ledger.chainId)
    expect(code).toBe(0)
    expect(out).toContain('clean: entries, signatures, tiles, checkpoint and chain agree')
  })

  it.each([
    ['an entry', '/ledger/tile/entries/000', ['entry-malformed', 'entry-signature', 'root-differs', 'tile-differs']],
    ['a full tile', '/ledger/tile/0/000', ['tile-differs']],
    ['a partial tile', '/ledger/tile/0/001.p/29', ['tile-differs']],
    ['an upper tile', '/ledger/tile/1/000.p/1', ['tile-differs']],
  ])('finds one changed byte in %s', async (_, changed, possible) => {
    server.tamper = (path, body) => (path === changed ? flip(body, body.length - 8) : body)
    const { code, codes } = await fsckOf(server, ledger)
    expect(code).toBe(1)
    expect(codes).toContain(possible.at(-1))
    expect([...possible, 'anchor-differs', 'record-differs']).toEqual(expect.arrayContaining(codes))
  })

  it('finds a changed byte in the text and in the signature of the checkpoint', async () => {
    for (const at of [4, -4]) {
      server.tamper = (path, body) => (path === '/ledger/checkpoint' ? flip(body, at < 0 ? body.length + at : at) : body)
      const { code, codes } = await fsckOf(server, ledger)
      expect([at, code]).toEqual([at, 1])
      expect(codes.join()).toContain('checkpoint-')
    }
  })

  it('finds tiles and entries that are not served', async () => {
    server.tamper = (path, body) => (path.includes('/tile/0/001') ? undefined : body)
    expect(await fsckOf(server, ledger)).toMatchObject({ code: 1, codes: ['tile-missing'] })
    server.tamper = (path, body) => (path.includes('/entries/001') ? undefined : body)
    expect(await fsckOf(server, ledger)).toMatchObject({ code: 1, codes: ['bundle-missing'] })
  })

  it("finds another platform's control entries", async () => {
    const other = await DevLedger.start({ writeMode, label: 'other' })
    const file = join(folder, 'other.json')
    const trust = ledger.trust()
    await writeFile(file, JSON.stringify({ ...trust, platformKeys: other.trust().platformKeys }))
    await other.stop()
    expect((await fsckOf(server, ledger, '--trust', file)).codes).toEqual(['control-signature', 'entry-key-unknown'])
  })

  it('finds a node of another network', async () => {
    const file = join(folder, 'network.json')
    const trust = ledger.trust()
    await writeFile(file, JSON.stringify({ ...trust, chain: { ...trust.chain, eip155: 1 } }))
    expect(await fsckOf(server, ledger, '--trust', file)).toMatchObject({ code: 1, codes: ['network'] })
  })

  it('cannot judge a chain that it may not read, and can with the token', async () => {
    server.token = 'a-token'
    expect(await fsckOf(server, ledger)).toMatchObject({ code: 2, err: expect.stringContaining('404') })
    expect((await fsckOf(server, ledger, '--token', 'a-token')).code).toBe(0)
  })

  it('cannot judge what does not answer, or answers something else', async () => {
    server.tamper = (path, body) => (path === '/rpc' ? Buffer.from('<html>') : body)
    expect(await fsckOf(server, ledger)).toMatchObject({ code: 2, err: expect.stringContaining('not JSON') })
    expect((await brume('fsck', '--url', 'http://127.0.0.1:1', '--chain', ledger.chainId)).code).toBe(2)
    expect((await brume('fsck', '--url', 'ftp://x', '--chain', ledger.chainId)).code).toBe(2)
    expect((await brume('fsck', '--url', server.url, '--chain', 'x')).code).toBe(2)
  })

  it('reads on when the node wants to be asked for less', async () => {
    let asked = 0
    server.tamper = (path, body) => (path === '/rpc' && ++asked === 3 ? Buffer.from('{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"ask for less"}}') : body)
    expect((await fsckOf(server, ledger)).code).toBe(0)
  })
})

describe('fsck of entries and events', () => {
  async function judged(writeMode: 'batched' | 'direct', build: (ledger: DevLedger) => Promise<void>) {
    const ledger = await DevLedger.start({ writeMode })
    await build(ledger)
    const server = await LedgerServer.start(ledger)
    const result = await fsckOf(server, ledger)
    await server.stop()
    await ledger.stop()
    return result
  }

  it('flags what devices did, which is no fault of the ledger', async () => {
    const { code, report } = await judged('batched', async (ledger) => {
      const [device, other] = [await ledger.addDevice('ES256'), await ledger.addDevice()]
      for (const text of ['1', '1', '2']) ledger.append(await ledger.sign(device, text, { seq: 3 })) // ECDSA: another signature each time
      await ledger.replaceKey(other, { lost: false })
      ledger.append(await ledger.sign(other, '1', { seq: 0, key: other.keys[0] }))
      ledger.append(await ledger.sign(other, '1', { seq: 4 }))
      await ledger.setStatus(other, 'suspended')
      ledger.append(await ledger.sign(other, '1', { seq: 5 }))
      await ledger.setStatus(other, 'revoked')
      ledger.append(await ledger.sign(other, '1', { seq: 6 }))
      await ledger.publish()
    })
    expect([code, report.flags, report.counts.gaps]).toEqual([0, { repeat: 1, equivocation: 1, unbound: 0, suspended: 1, revoked: 1, staleKey: 1 }, 3])
  })

  it('finds an entry that is there twice', async () => {
    const { code, codes } = await judged('batched', async (ledger) => {
      const device = await ledger.addDevice()
      const entry = await ledger.sign(device, '1')
      ledger.append(entry)
      ledger.append(entry)
      await ledger.publish()
    })
    expect([code, codes]).toEqual([1, ['entry-twice']])
  })

  it('finds a reading before its binding, a wrong signature, another chain and bytes that are no entry', async () => {
    const { codes } = await judged('batched', async (ledger) => {
      const [device, late] = [await ledger.addDevice(), await ledger.newDevice()]
      ledger.append(await ledger.sign(late, '1'))
      await ledger.bind(late)
      ledger.append(await ledger.sign(device, '1', { key: { ...late.keys[0], signer: { ...late.keys[0].signer, kid: `${device.id}#1` } } }))
      ledger.append(await ledger.sign(device, '1', { chain: '0199c0de-0000-7000-8000-0000000000ff' }))
      ledger.append(new TextEncoder().encode('no entry'))
      await ledger.publish()
    })
    expect(codes.toSorted()).toEqual(['entry-key-unknown', 'entry-malformed', 'entry-other-chain', 'entry-signature'])
  })

  it('finds a key that the platform set without the device', async () => {
    const { codes } = await judged('batched', async (ledger) => {
      const [device, thief] = [await ledger.addDevice(), await ledger.newDevice()]
      const { request } = JSON.parse(Buffer.from(new TextDecoder().decode(await ledger.bindingOf(thief)).split('.')[1] ?? '', 'base64url').toString())
      ledger.append(await ledger.control({ typ: 'brume-binding', device: device.id, keyNumber: 2, jwk: thief.keys[0].jwk, request }))
      ledger.append(await ledger.control({ typ: 'brume-key', device: device.id, keyNumber: 2, jwk: thief.keys[0].jwk, possession: request, lost: true }))
      await ledger.publish()
    })
    expect(codes).toEqual(['control-consent'])
  })

  it('finds a missing anchor, and one that is beyond the checkpoint', async () => {
    const missing = await judged('batched', async (ledger) => {
      const device = await ledger.addDevice()
      await ledger.publish()
      await ledger.read(device, 1)
      await ledger.checkpoint()
    })
    expect([missing.code, missing.codes]).toEqual([1, ['anchor-missing']])
    const none = await judged('batched', async (ledger) => {
      await ledger.addDevice()
      await ledger.checkpoint()
    })
    expect(none.codes).toEqual(['anchor-missing'])
    const beyond = await judged('batched', async (ledger) => {
      await ledger.addDevice()
      await ledger.checkpoint()
      await ledger.anchor(2, new Uint8Array(32))
    })
    expect(beyond.codes).toEqual(['anchor-beyond-checkpoint'])
  })

  it('finds an anchor of another root, also an old one', async () => {
    const { code, codes } = await judged('batched', async (ledger) => {
      const device = await ledger.addDevice()
      await ledger.anchor(1, new Uint8Array(32))
      await ledger.read(device, 1)
      await ledger.publish()
    })
    expect([code, codes]).toEqual([1, ['anchor-differs']])
  })

  it('finds records that are missing, beyond the checkpoint, or of another envelope', async () => {
    const missing = await judged('direct', async (ledger) => {
      const device = await ledger.addDevice()
      await ledger.publish()
      await ledger.read(device, 1)
      await ledger.checkpoint()
    })
    expect(missing.codes).toEqual(['record-missing'])
    const beyond = await judged('direct', async (ledger) => {
      const device = await ledger.addDevice()
      await ledger.publish()
      await ledger.record([await ledger.sign(device, '1')])
    })
    expect(beyond.codes).toEqual(['record-beyond-checkpoint'])
    const another = await judged('direct', async (ledger) => {
      const device = await ledger.addDevice()
      await ledger.publish()
      await ledger.record([await ledger.sign(device, '1')])
      await ledger.read(device, 2)
      await ledger.checkpoint()
    })
    expect(another.codes).toEqual(['record-differs'])
  })

  it('finds an empty ledger clean', async () => {
    const { code, report } = await judged('batched', async (ledger) => void (await ledger.checkpoint()))
    expect([code, report.size]).toEqual([0, 0])
  })
})
