import { readFileSync } from 'node:fs'
import { encodeBase64url } from '@brume/envelope'
import { leafHash, parseTlogProof, parseVerifierKey, verifyTlogProof } from '@brume/merkle'
import { describe, expect, it } from 'vitest'
import { formatProof, MAX_PROOF_BYTES, parseProof, parseTrust, toTlogProof } from './index.ts'

const read = (name: string) => readFileSync(new URL(`../../vectors/proof/${name}`, import.meta.url), 'utf8')
const bytes = (text: string) => new TextEncoder().encode(text)
const problemOf = (result: { ok: true } | { ok: false; problem: string }) => (result.ok ? 'accepted' : result.problem)

describe('a proof file', () => {
  const good = read('batched.json')

  it('is written as it was read', () => {
    for (const text of [good, read('direct.json')]) {
      const parsed = parseProof(bytes(text))
      expect(parsed.ok && formatProof(parsed.value)).toBe(text)
    }
  })

  it('may have white space', () => {
    expect(problemOf(parseProof(bytes(`${JSON.stringify(JSON.parse(good), null, 2)}\n`)))).toBe('accepted')
  })

  it.each([
    ['nothing', '', 'not-json'],
    ['a number', '7', 'unknown-format'],
    ['null', 'null', 'unknown-format'],
    ['half of it', good.slice(0, good.length / 2), 'not-json'],
    ['a byte order mark', `\ufeff${good}`, 'not-json'],
    ['another format', good.replace('brume-proof/v1', 'brume-trust/v1'), 'unknown-format'],
    ['a member twice', good.replace('{"format"', '{"chain":"x","format"'), 'duplicate-member'],
    ['a member twice, spelled otherwise', good.replace('{"format"', '{"ch\\u0061in":"x","format"'), 'duplicate-member'],
    ['a member of the prototype', good.replace('{"format"', '{"__proto__":{},"format"'), 'malformed'],
    ['deep nesting', `{"format":"brume-proof/v1","writeMode":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'malformed'],
    ['too many bytes', good + ' '.repeat(MAX_PROOF_BYTES), 'too-large'],
  ])('cannot be %s', (_, text, problem) => {
    expect(problemOf(parseProof(bytes(text)))).toBe(problem)
  })

  it('cannot be other than UTF-8', () => {
    expect(problemOf(parseProof(Uint8Array.of(0x7b, 0xff, 0x7d)))).toBe('not-utf-8')
  })
})

describe('a trust file', () => {
  const good = JSON.parse(read('trust.json'))
  const parse = (change: object) => parseTrust(bytes(JSON.stringify({ ...good, ...change })))

  it('may spell addresses and hashes with capitals, and JWKs with members of other uses', () => {
    const chain = { ...good.chain, contract: good.chain.contract.toUpperCase().replace('X', 'x'), blocks: [`0x${'AB'.repeat(32)}`] }
    const platformKeys = [{ ...good.platformKeys[0], kid: 'platform#1', use: 'sig' }]
    expect(parse({ chain, platformKeys })).toMatchObject({ ok: true, value: { chain: { contract: good.chain.contract, blocks: [`0x${'ab'.repeat(32)}`] }, platformKeys: good.platformKeys } })
  })

  it.each([
    ['another format', { format: 'brume-trust/v2' }, 'unknown-format'],
    ['an unknown member', { trusted: true }, 'malformed'],
    ['an origin that is not the name of the key', { ledger: { ...good.ledger, origin: 'other.example/chains/x' } }, 'malformed'],
    ['a verifier key that is none', { ledger: { ...good.ledger, verifierKey: 'x+00000000+AAAA' } }, 'malformed'],
    ['no platform key', { platformKeys: [] }, 'malformed'],
    ['a private platform key', { platformKeys: [{ ...good.platformKeys[0], d: good.platformKeys[0].x }] }, 'malformed'],
    ['a platform key that is no point', { platformKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }] }, 'malformed'],
    ['a contract that is no address', { chain: { ...good.chain, contract: '0x00' } }, 'malformed'],
    ['a requirement that no link is', { require: ['trust'] }, 'malformed'],
  ])('cannot have %s', (_, change, problem) => {
    expect(problemOf(parse(change))).toBe(problem)
  })
})

describe('a .tlog-proof', () => {
  it('is verified by the reader of the C2SP format alone', async () => {
    const [proof, key] = [parseProof(bytes(read('batched.json'))), parseVerifierKey(JSON.parse(read('trust.json')).ledger.verifierKey)]
    if (!proof.ok || !key.ok || proof.value.writeMode !== 'batched') throw new Error('the golden files are good')
    const exported = toTlogProof(proof.value)
    if (!exported.ok) throw new Error(exported.detail)
    const leaf = leafHash(bytes(proof.value.envelope))
    expect(await verifyTlogProof(exported.value, leaf, key.value)).toMatchObject({ ok: true, value: { index: proof.value.inclusion.index } })
    const parsed = parseTlogProof(exported.value)
    expect(parsed.ok && parsed.value.extra && encodeBase64url(leafHash(parsed.value.extra))).toBe(encodeBase64url(leaf))
  })

  it('is not to be had of a direct proof', () => {
    const proof = parseProof(bytes(read('direct.json')))
    expect(proof.ok && problemOf(toTlogProof(proof.value))).toBe('malformed')
  })
})
