import { describe, expect, it } from 'vitest'
import { toBase64 } from './base64.ts'
import { signCheckpoint } from './checkpoint.ts'
import { EMPTY_ROOT, leafHash } from './hash.ts'
import { inclusionProof } from './inclusion.ts'
import { newKey } from './keys.fixture.ts'
import { MemoryTree } from './memoryTree.ts'
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlogProof.ts'
import { tlogProofs } from './vectors.fixture.ts'

describe('the file', () => {
  it.each(tlogProofs.accepted)('with index $index is read and written', ({ text, extra, index, path, checkpoint }) => {
    const parsed = parseTlogProof(text)
    if (!parsed.ok) return expect.fail(parsed.problem)
    const { value } = parsed
    expect({ ...value, path: value.path.map(toBase64), extra: value.extra ? toBase64(value.extra) : null }).toEqual({ extra, index, path, checkpoint })
    expect(formatTlogProof(value)).toBe(text)
  })

  it.each(tlogProofs.refused)('is refused: $why', ({ text, problem }) => {
    expect(parseTlogProof(text)).toEqual({ ok: false, problem })
  })

  it('has no line for no extra data', () => {
    expect(formatTlogProof({ index: 0, path: [], checkpoint: 'note\n', extra: new Uint8Array(0) })).toBe('c2sp.org/tlog-proof@v1\nindex 0\n\nnote\n')
  })

  it('is not written with an index or hash that nobody could read', () => {
    expect(() => formatTlogProof({ index: -1, path: [], checkpoint: 'note\n' })).toThrow(expect.objectContaining({ code: 'out-of-range' }))
    expect(() => formatTlogProof({ index: 0, path: [EMPTY_ROOT.slice(1)], checkpoint: 'note\n' })).toThrow(expect.objectContaining({ code: 'hash-length' }))
  })
})

describe('verifying', () => {
  const origin = 'brume.local/chains/01890a5d-ac96-774b-bcce-b302099a8057'
  const entry = (index: number) => new TextEncoder().encode(`reading ${index}`)

  async function proofOf(index: number) {
    const { key, signer } = await newKey(origin)
    const tree = new MemoryTree()
    for (let at = 0; at < 300; at++) tree.append(leafHash(entry(at)))
    const checkpoint = await signCheckpoint({ origin, size: 300, root: tree.root() }, signer)
    const text = formatTlogProof({ index, path: await inclusionProof(index, 300, tree), checkpoint, extra: Uint8Array.of(1) })
    return { key, text, leaf: leafHash(entry(index)) }
  }

  it('says at which index of which tree the leaf stands', async () => {
    const { key, text, leaf } = await proofOf(299)
    expect(await verifyTlogProof(text, leaf, key)).toMatchObject({ ok: true, value: { index: 299, checkpoint: { origin, size: 300 } } })
  })

  it('refuses another leaf, and another index', async () => {
    const { key, text, leaf } = await proofOf(17)
    expect(await verifyTlogProof(text, leafHash(entry(18)), key)).toEqual({ ok: false, problem: 'proof-not-included' })
    expect(await verifyTlogProof(text.replace('index 17\n', 'index 18\n'), leaf, key)).toEqual({ ok: false, problem: 'proof-not-included' })
    expect(await verifyTlogProof(text.replace('index 17\n', 'index 300\n'), leaf, key)).toEqual({ ok: false, problem: 'proof-not-included' })
  })

  it("refuses a complete proof of an attacker's own ledger", async () => {
    const { key } = await proofOf(17)
    const attack = await proofOf(17)
    expect(await verifyTlogProof(attack.text, attack.leaf, key)).toEqual({ ok: false, problem: 'note-signature-unknown' })
  })

  it('accepts no file with any one character changed, but for the extra data, which nothing signs', async () => {
    const { key, text, leaf } = await proofOf(42)
    const unsigned = text.indexOf('extra ') + 'extra '.length
    for (let at = 0; at < text.length; at++) {
      if (at >= unsigned && at < text.indexOf('\nindex')) continue
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
      expect((await verifyTlogProof(changed, leaf, key)).ok, `character ${at}`).toBe(false)
    }
  })
})
