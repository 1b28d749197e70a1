/**
 * Writes vectors/proof/*.json. Run: `node --conditions=brume-source tools/vectors/proof.ts`; with `--check` it compares and exits 1 on a difference.
 * Keys come from labels, signatures are Ed25519 (deterministic), and the chain is a ganache whose clock is counted, so the files never change by themselves.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Proof, ProvableLink } from '@brume/proof'
import { formatProof } from '@brume/proof'
import { DevLedger } from '@brume/proof/devLedger'

interface Tampered {
  name: string
  proof: Proof['writeMode']
  /** RFC 6901; the value there is replaced, or added. */
  pointer: string
  value: unknown
  /** `unusable`: the file has not the form of a proof. */
  expected: { result: 'refused'; link: ProvableLink | 'hints' | 'network' } | { result: 'unusable' }
}

async function makeLedger(writeMode: Proof['writeMode'], label?: string) {
  const ledger = await DevLedger.start({ writeMode, label })
  const device = await ledger.addDevice()
  for (let value = 0; value < 5; value++) await ledger.read(device, value / 2)
  await ledger.replaceKey(device, { lost: false })
  const index = await ledger.read(device, 7.5)
  await ledger.read(device, 8)
  await ledger.publish()
  const proof = await ledger.proofOf(index, device)
  const earlier = await ledger.proofOf(1, device)
  await ledger.stop()
  return { proof, earlier, trust: ledger.trust() }
}

const batched = await makeLedger('batched')
const direct = await makeLedger('direct')
const attacker = { batched: await makeLedger('batched', 'attacker'), direct: await makeLedger('direct', 'attacker') }
if (JSON.stringify(batched.trust) !== JSON.stringify(direct.trust)) throw new Error('one trust file is for both')

const refused = (link: ProvableLink | 'hints' | 'network') => ({ result: 'refused', link }) as const
const unusable = { result: 'unusable' } as const

/** Both kinds have these members. */
function common({ proof, earlier }: typeof batched, theirs: Proof): Tampered[] {
  const { writeMode } = proof
  const cases: Omit<Tampered, 'proof'>[] = [
    { name: 'a reading of the same device under its older key', pointer: '/envelope', value: earlier.envelope, expected: refused('binding') },
    { name: "an attacker's reading", pointer: '/envelope', value: theirs.envelope, expected: refused('signature') },
    { name: 'an envelope that is no JWS', pointer: '/envelope', value: 'a.b.c', expected: refused('signature') },
    { name: 'another chain', pointer: '/chain', value: '0199c0de-0000-7000-8000-c000000000ff', expected: refused('signature') },
    { name: "an attacker's key entries", pointer: '/binding', value: theirs.binding, expected: refused('binding') },
    { name: 'only the binding of the older key', pointer: '/binding', value: earlier.binding, expected: refused('binding') },
    { name: 'only the replacement, without the binding', pointer: '/binding/keyEntries', value: proof.binding.keyEntries.slice(1), expected: refused('binding') },
    { name: "an attacker's hints", pointer: '/hints', value: theirs.hints, expected: refused('hints') },
    { name: 'another network', pointer: '/hints/eip155', value: 1, expected: refused('network') },
    { name: 'no key entries', pointer: '/binding/keyEntries', value: [], expected: unusable },
    { name: 'an unknown format', pointer: '/format', value: 'brume-proof/v2', expected: unusable },
    { name: 'an unknown member', pointer: '/trusted', value: true, expected: unusable },
    { name: 'a contract address with capitals', pointer: '/hints/contract', value: proof.hints.contract.toUpperCase().replace('X', 'x'), expected: unusable },
    { name: 'an envelope that is a number', pointer: '/envelope', value: 7, expected: unusable },
  ]
  return cases.map((tampered) => ({ ...tampered, proof: writeMode }))
}

function eventCases(proof: Proof['writeMode'], at: 'anchor' | 'record'): Tampered[] {
  return [
    { name: 'another transaction', proof, pointer: `/${at}/txIndex`, value: 200, expected: refused('receipt') },
    { name: 'a log that is not there', proof, pointer: `/${at}/logIndex`, value: 1, expected: refused('receipt') },
    { name: 'a negative log', proof, pointer: `/${at}/logIndex`, value: -1, expected: unusable },
    { name: 'a header that is no RLP', proof, pointer: `/${at}/header`, value: '0xc1', expected: refused('receipt') },
    { name: 'another block hash', proof, pointer: `/${at}/blockHash`, value: `0x${'ab'.repeat(32)}`, expected: refused('block') },
    { name: 'no nodes', proof, pointer: `/${at}/receiptProof`, value: [], expected: unusable },
  ]
}

const inclusionCases: Tampered[] = [
  { name: 'size 0', proof: 'batched', pointer: '/inclusion/size', value: 0, expected: refused('inclusion') },
  { name: 'an index that is the size', proof: 'batched', pointer: '/inclusion/index', value: 9, expected: refused('inclusion') },
  { name: 'an index that is no integer', proof: 'batched', pointer: '/inclusion/index', value: 1.5, expected: unusable },
  { name: 'no path', proof: 'batched', pointer: '/inclusion/path', value: [], expected: refused('inclusion') },
  { name: 'a hash that is too short', proof: 'batched', pointer: '/inclusion/path/0', value: 'AAAA', expected: unusable },
  { name: 'a checkpoint that is no note', proof: 'batched', pointer: '/checkpoint', value: 'brume.local\n', expected: refused('checkpoint') },
]

function foreignWay(): Tampered[] {
  const [theirBatched, theirDirect] = [attacker.batched.proof, attacker.direct.proof]
  if (theirBatched.writeMode !== 'batched' || theirDirect.writeMode !== 'direct') throw new Error('each ledger makes its own kind of proof')
  return [
    { name: "an attacker's checkpoint", proof: 'batched', pointer: '/checkpoint', value: theirBatched.checkpoint, expected: refused('checkpoint') },
    { name: "an attacker's anchor", proof: 'batched', pointer: '/anchor', value: theirBatched.anchor, expected: refused('anchor') },
    { name: "an attacker's record", proof: 'direct', pointer: '/record', value: theirDirect.record, expected: refused('record') },
    { name: "an attacker's whole proof", proof: 'batched', pointer: '', value: theirBatched, expected: refused('checkpoint') },
    { name: "an attacker's whole proof", proof: 'direct', pointer: '', value: theirDirect, expected: refused('binding') },
  ]
}

const generated = 'Generated file, do not edit. Made by: node --conditions=brume-source tools/vectors/proof.ts'
const tampered = [...common(batched, attacker.batched.proof), ...common(direct, attacker.direct.proof), ...eventCases('batched', 'anchor'), ...eventCases('direct', 'record'), ...inclusionCases, ...foreignWay()]

const files = {
  'batched.json': formatProof(batched.proof),
  'direct.json': formatProof(direct.proof),
  'trust.json': `${JSON.stringify(batched.trust, null, 2)}\n`,
  'tampered.json': `${JSON.stringify({ generated, vectors: tampered }, null, 1)}\n`,
}

const folder = new URL('../../vectors/proof/', import.meta.url)
if (process.argv.includes('--check')) {
  const stale = Object.entries(files).filter(([name, text]) => readFileSync(new URL(name, folder), 'utf8') !== text)
  for (const [name] of stale) console.error(`vectors/proof/${name} differs from what tools/vectors/proof.ts writes`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, folder), text)
}
