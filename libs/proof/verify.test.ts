import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DevDevice } from './devLedger.fixture.ts'
import { DevLedger } from './devLedger.fixture.ts'
import type { BatchedProof, Proof, TrustFile, Verdict } from './index.ts'
import { formatProof, parseProof, parseTrust, verify } from './index.ts'
import { flippedFiles, judgeFile } from './judgeFile.fixture.ts'

const utf8 = new TextEncoder()

function judge(proof: Proof, trust: TrustFile): Promise<Verdict> {
  const parsed = parseProof(utf8.encode(formatProof(proof)))
  if (!parsed.ok) throw new Error(parsed.detail)
  return judgeParsed(parsed.value, trust)
}

function judgeParsed(proof: Proof, trustFile: TrustFile): Promise<Verdict> {
  const trust = parseTrust(utf8.encode(JSON.stringify(trustFile)))
  if (!trust.ok) throw new Error(trust.detail)
  return verify(proof, trust.value)
}

const stateOf = (verdict: Verdict) => Object.fromEntries(verdict.links.map(({ name, state }) => [name, state]))
const refusedLinks = (verdict: Verdict) => verdict.links.filter(({ state }) => state === 'refused').map(({ name }) => name)

/** Three devices, of which the second is ES256 and has replaced its key twice, the third is suspended; some readings each. */
async function world(writeMode: Proof['writeMode'], label?: string) {
  const ledger = await DevLedger.start({ writeMode, label })
  const plain = await ledger.addDevice()
  const replaced = await ledger.addDevice('ES256')
  const first = await ledger.read(plain, 7.4)
  const oldKey = await ledger.read(replaced, 1)
  await ledger.replaceKey(replaced, { lost: false })
  const newKey = await ledger.read(replaced, 2)
  await ledger.replaceKey(replaced, { lost: true })
  const lostKey = await ledger.read(replaced, 3)
  await ledger.setStatus(plain, 'suspended')
  const suspended = await ledger.read(plain, 7.5)
  await ledger.publish()
  return { ledger, plain, replaced, first, oldKey, newKey, lostKey, suspended }
}

describe.each(['batched', 'direct'] as const)('verify, %s', (writeMode) => {
  let home: Awaited<ReturnType<typeof world>>
  let attacker: Awaited<ReturnType<typeof world>>
  let proof: Proof

  beforeAll(async () => {
    home = await world(writeMode)
    attacker = await world(writeMode, 'attacker')
    proof = await home.ledger.proofOf(home.first, home.plain)
  })
  afterAll(() => Promise.all([home.ledger.stop(), attacker.ledger.stop()]))

  it('accepts a proof, and says that the block is not checked without a block hash', async () => {
    const verdict = await judge(proof, home.ledger.trust())
    expect(verdict).toMatchObject({ ok: true, writeMode, unmet: [], reading: { device: home.plain.id, keyNumber: 1, seq: 0, index: home.first } })
    const way = writeMode === 'batched' ? { inclusion: 'verified', checkpoint: 'verified', anchor: 'verified' } : { record: 'verified' }
    expect(stateOf(verdict)).toEqual({ signature: 'verified', binding: 'verified', ...way, receipt: 'verified', block: 'not-checked', network: 'taken-on-trust', hints: 'verified' })
    expect(verdict.caveats.join()).toContain('no later event shown')
  })

  it('verifies the block under its hash from elsewhere, and refuses it under another', async () => {
    const event = proof.writeMode === 'batched' ? [proof.anchor] : [proof.record, ...proof.binding.keyEntries.map(({ record }) => record)]
    const blocks = event.map(({ blockHash }) => blockHash)
    expect(stateOf(await judge(proof, home.ledger.trust({ blocks })))).toMatchObject({ block: 'verified' })
    const other = await judge(proof, home.ledger.trust({ blocks: [`0x${'ab'.repeat(32)}`] }))
    expect(other).toMatchObject({ ok: false, unmet: ['block'] })
  })

  it('is good only if every required link is verified', async () => {
    expect((await judge(proof, home.ledger.trust({ require: ['block'] }))).unmet).toEqual(['block'])
    const foreign = writeMode === 'batched' ? 'record' : 'inclusion'
    expect(await judge(proof, home.ledger.trust({ require: ['signature', foreign] }))).toMatchObject({ ok: false, unmet: [foreign] })
  })

  it('follows replaced keys back to the binding', async () => {
    const { ledger, replaced, oldKey, newKey, lostKey } = home
    for (const index of [oldKey, newKey, lostKey]) expect((await judge(await ledger.proofOf(index, replaced), ledger.trust())).ok).toBe(true)
    const lost = await judge(await ledger.proofOf(lostKey, replaced), ledger.trust())
    expect(lost.caveats.join()).toContain('lost key')
  })

  it('refuses a chain of keys with a gap, another order or another start', async () => {
    const { ledger, replaced, lostKey } = home
    const whole = await ledger.proofOf(lostKey, replaced)
    const [binding, second, third] = whole.binding.keyEntries
    const orders = [[binding, second], [second, third], [binding, third, second], [binding, binding, second, third], [binding, second, second, third]]
    for (const keyEntries of orders) expect(await judge(swapped(whole, { binding: { keyEntries } }), ledger.trust())).toMatchObject({ ok: false })
  })

  it('refuses the key entries of another device', async () => {
    const other = await home.ledger.proofOf(home.oldKey, home.replaced)
    expect(refusedLinks(await judge(swapped(proof, { binding: other.binding }), home.ledger.trust()))).toContain('binding')
  })

  it('says of a suspended device only that no later event is shown', async () => {
    const verdict = await judge(await home.ledger.proofOf(home.suspended, home.plain), home.ledger.trust())
    expect(verdict.ok).toBe(true)
    expect(verdict.caveats.join()).toContain('suspended')
  })

  it("refuses an attacker's own consistent world, though its contract has the same address", async () => {
    const theirs = await attacker.ledger.proofOf(attacker.first, attacker.plain)
    expect((await judge(theirs, attacker.ledger.trust())).ok).toBe(true)
    expect(attacker.ledger.chain.contract).toBe(home.ledger.chain.contract)
    const links = writeMode === 'batched' ? ['binding', 'checkpoint', 'hints'] : ['binding', 'hints']
    expect(refusedLinks(await judge(theirs, home.ledger.trust()))).toEqual(links)
    const disguised = { ...theirs, hints: proof.hints }
    expect(refusedLinks(await judge(disguised, home.ledger.trust()))).toEqual(links.filter((name) => name !== 'hints'))
  })

  it("refuses every mixture with an attacker's parts", async () => {
    const theirs = await attacker.ledger.proofOf(attacker.first, attacker.plain)
    const parts = Object.keys(proof).filter((name) => !['format', 'writeMode', 'chain'].includes(name))
    for (const name of parts) {
      const mixed = { [name]: theirs[name as keyof Proof] } // the key comes from the same kind of proof
      if (JSON.stringify(theirs[name as keyof Proof]) === JSON.stringify(proof[name as keyof Proof])) continue
      expect([name, (await judge(swapped(proof, mixed), home.ledger.trust())).ok]).toEqual([name, false])
      const rest = swapped(theirs, { [name]: proof[name as keyof Proof], hints: proof.hints })
      expect([name, (await judge(rest, home.ledger.trust())).ok]).toEqual([name, false])
    }
  })

  it('refuses another contract, origin, ledger key, platform key and network', async () => {
    const trust = home.ledger.trust()
    const theirs = attacker.ledger.trust()
    const changed: [string, TrustFile][] = [
      [writeMode === 'batched' ? 'anchor' : 'record', { ...trust, chain: { ...trust.chain, contract: `0x${'22'.repeat(20)}` } }],
      ['network', { ...trust, chain: { ...trust.chain, eip155: 1 } }],
      ['binding', { ...trust, platformKeys: theirs.platformKeys }],
      ['hints', { ...trust, ledger: theirs.ledger }],
    ]
    for (const [name, file] of changed) expect(refusedLinks(await judge(proof, file))).toContain(name)
    const elsewhere = await DevLedger.start({ writeMode, origin: `other.example/chains/${home.ledger.chainId}` })
    const refused = refusedLinks(await judge(proof, elsewhere.trust()))
    await elsewhere.stop()
    expect(refused).toEqual(writeMode === 'batched' ? ['checkpoint', 'anchor', 'hints'] : ['record', 'hints'])
  })

  it('refuses a ledger of another chain even when it holds the reading', async () => {
    const elsewhere = await DevLedger.start({ writeMode, origin: 'brume.local/chains/0199c0de-0000-7000-8000-0000000000ff' })
    const device = await elsewhere.addDevice()
    const index = await elsewhere.read(device, 1)
    await elsewhere.publish()
    const verdict = await judge(await elsewhere.proofOf(index, device), elsewhere.trust())
    await elsewhere.stop()
    expect(refusedLinks(verdict)).toEqual(['binding'])
  })

  it('refuses a reading that stands before its binding', async () => {
    const late = await DevLedger.start({ writeMode })
    const device = await late.newDevice()
    const index = await late.read(device, 1)
    await late.bind(device)
    await late.publish()
    const verdict = await judge(await late.proofOf(index, device), late.trust())
    await late.stop()
    expect(refusedLinks(verdict)).toEqual(['binding'])
    expect(verdict.links.find(({ name }) => name === 'binding')?.reason).toBe('the key was bound after the reading')
  })

  it('refuses a binding in which the device asked for nothing', async () => {
    const forged = await DevLedger.start({ writeMode })
    const victim = await forged.newDevice()
    const thief = await forged.newDevice()
    const request = JSON.parse(Buffer.from(new TextDecoder().decode(await forged.bindingOf(thief)).split('.')[1] ?? '', 'base64url').toString()).request
    victim.keyEntries.push(forged.append(await forged.control({ typ: 'brume-binding', device: victim.id, keyNumber: 1, jwk: thief.keys[0].jwk, request })))
    const index = forged.append(await forged.sign(victim, '1', { key: { ...thief.keys[0], signer: { ...thief.keys[0].signer, kid: `${victim.id}#1` } } }))
    await forged.publish()
    const verdict = await judge(await forged.proofOf(index, victim), forged.trust())
    await forged.stop()
    expect(stateOf(verdict)).toMatchObject({ signature: 'verified', binding: 'refused' })
  })

  it('refuses a changed reading, and one that another key of the world signed', async () => {
    const { ledger, plain, replaced } = home
    const stranger = await ledger.sign(plain, '9', { seq: 9, key: { ...replaced.keys[0], signer: { ...replaced.keys[0].signer, kid: `${plain.id}#1` } } })
    expect(refusedLinks(await judge({ ...proof, envelope: new TextDecoder().decode(stranger) }, ledger.trust()))).toContain('signature')
  })

  it('refuses or cannot use the file with any one byte changed', async () => {
    const trust = home.ledger.trust()
    const file = utf8.encode(formatProof(await home.ledger.proofOf(home.newKey, home.replaced)))
    expect(await judgeFile(file, trust)).toBe('good')
    const accepted: string[] = []
    for (const { at, bytes } of flippedFiles(file, 400)) {
      if ((await judgeFile(bytes, trust)) === 'good') accepted.push(`${at}: …${new TextDecoder().decode(bytes.subarray(at - 40, at + 20))}`)
    }
    expect(accepted).toEqual([])
  }, 120_000)
})

describe('verify, the numbers of a batched proof', () => {
  let ledger: DevLedger
  let device: DevDevice
  let proof: BatchedProof

  beforeAll(async () => {
    ledger = await DevLedger.start({ writeMode: 'batched' })
    device = await ledger.addDevice()
    const index = await ledger.read(device, 1)
    for (let value = 2; value < 9; value++) await ledger.read(device, value)
    await ledger.publish()
    const made = await ledger.proofOf(index, device)
    if (made.writeMode !== 'batched') throw new Error('a batched ledger makes batched proofs')
    proof = made
  })
  afterAll(() => ledger.stop())

  it.each([
    ['size 0', { size: 0 }],
    ['an index that is the size', { index: 9 }],
    ['an index beyond', { index: 2 ** 40 }],
    ['another index', { index: 2 }],
    ['a smaller size', { size: 8 }],
    ['a larger size', { size: 10 }],
    ['no path', { path: [] }],
  ])('refuses %s', async (_, change) => {
    const inclusion = { ...proof.inclusion, ...change }
    expect(refusedLinks(await judge({ ...proof, inclusion }, ledger.trust()))).toContain('inclusion')
  })

  it('refuses a checkpoint of size 0', async () => {
    const { note } = await ledger.checkpoint({ size: 0 })
    ledger.checkpoints.pop()
    const inclusion = { ...proof.inclusion, size: 0 }
    expect(refusedLinks(await judge({ ...proof, checkpoint: note, inclusion }, ledger.trust()))).toEqual(['inclusion', 'anchor'])
  })

  it('refuses a checkpoint of the right key that was not anchored', async () => {
    const other = await ledger.checkpoint({ root: new Uint8Array(32) })
    ledger.checkpoints.pop()
    expect(refusedLinks(await judge({ ...proof, checkpoint: other.note }, ledger.trust()))).toEqual(['inclusion', 'anchor'])
  })

  it.each([1, 63, 65])('refuses a checkpoint with a signature of %i bytes', async (length) => {
    const [text, signature = ''] = proof.checkpoint.split('\n\n')
    const [dash, name, base64 = ''] = signature.trim().split(' ')
    const bytes = Buffer.concat([Buffer.from(base64, 'base64'), Buffer.alloc(1)]).subarray(0, 4 + length)
    const checkpoint = `${text}\n\n${dash} ${name} ${bytes.toString('base64')}\n`
    expect(refusedLinks(await judge({ ...proof, checkpoint }, ledger.trust()))).toEqual(['checkpoint'])
  })

  it('refuses another event of the block', async () => {
    for (const change of [{ txIndex: 1 }, { logIndex: 1 }, { receiptProof: proof.anchor.receiptProof.slice(0, 1) }])
      expect(refusedLinks(await judge({ ...proof, anchor: { ...proof.anchor, ...change } }, ledger.trust()))).toEqual(['receipt'])
  })

  it('refuses the anchor of another size', async () => {
    await ledger.read(device, 10)
    await ledger.publish()
    const newer = await ledger.proofOf(1, device)
    if (newer.writeMode !== 'batched') throw new Error('a batched ledger makes batched proofs')
    expect((await judge(newer, ledger.trust())).ok).toBe(true)
    expect(refusedLinks(await judge({ ...proof, anchor: newer.anchor }, ledger.trust()))).toEqual(['anchor'])
  })
})

/** The same proof with other parts, as a file could hold them: what does not fit its type is for `parseProof` to refuse. */
function swapped(proof: Proof, parts: object): Proof {
  const file = parseProof(utf8.encode(JSON.stringify({ ...proof, ...parts })))
  if (!file.ok) throw new Error(file.detail)
  return file.value
}
