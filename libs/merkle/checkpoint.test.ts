import { describe, expect, it } from 'vitest'
import { toBase64 } from './base64.ts'
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { EMPTY_ROOT } from './hash.ts'
import { newKey } from './keys.fixture.ts'
import { signNote } from './note.ts'
import { checkpoints } from './vectors.fixture.ts'

const origin = 'brume.local/chains/01890a5d-ac96-774b-bcce-b302099a8057'
const checkpoint = { origin, size: 12, root: EMPTY_ROOT }

describe('the text', () => {
  it.each(checkpoints.accepted)('of $origin with $size leaves is read and written', ({ text, root, ...rest }) => {
    const parsed = parseCheckpoint(text)
    if (!parsed.ok) return expect.fail(parsed.problem)
    expect({ ...parsed.value, root: toBase64(parsed.value.root) }).toEqual({ ...rest, root })
    expect(formatCheckpoint(parsed.value)).toBe(text)
  })

  it.each(checkpoints.refused)('is refused: $why', ({ text, problem }) => {
    expect(parseCheckpoint(text)).toEqual({ ok: false, problem })
  })

  it.each([
    ['hash-length', { ...checkpoint, root: EMPTY_ROOT.slice(1) }],
    ['out-of-range', { ...checkpoint, size: -1 }],
    ['out-of-range', { ...checkpoint, size: 1.5 }],
    ['out-of-range', { ...checkpoint, size: 2 ** 53 }],
    ['checkpoint-text', { ...checkpoint, origin: '' }],
    ['checkpoint-text', { ...checkpoint, origin: 'two\nlines' }],
    ['checkpoint-text', { ...checkpoint, extensions: [''] }],
  ])('is not written: %s', (code, bad) => {
    expect(() => formatCheckpoint(bad)).toThrow(expect.objectContaining({ code }))
  })
})

describe('a signed checkpoint', () => {
  it('is opened by the ledger key', async () => {
    const { key, signer } = await newKey(origin)
    expect(await openCheckpoint(await signCheckpoint(checkpoint, signer), key)).toEqual({ ok: true, value: { ...checkpoint, extensions: [] } })
  })

  it('is opened when a witness has signed too', async () => {
    const [ledger, witness] = [await newKey(origin), await newKey('witness.example')]
    const note = await signNote(formatCheckpoint(checkpoint), [ledger.signer, witness.signer])
    expect(await openCheckpoint(note, ledger.key)).toMatchObject({ ok: true })
  })

  it('of an attacker with a key of the same name is refused', async () => {
    const [ledger, attacker] = [await newKey(origin), await newKey(origin)]
    expect(await openCheckpoint(await signCheckpoint(checkpoint, attacker.signer), ledger.key)).toEqual({ ok: false, problem: 'note-signature-unknown' })
  })

  it('of an attacker who also claims the key hash is refused', async () => {
    const [ledger, attacker] = [await newKey(origin), await newKey(origin)]
    const note = await signCheckpoint(checkpoint, { ...attacker.signer, keyHash: ledger.key.keyHash })
    expect(await openCheckpoint(note, ledger.key)).toEqual({ ok: false, problem: 'note-signature-invalid' })
  })

  it('with another size is refused', async () => {
    const { key, signer } = await newKey(origin)
    const note = await signCheckpoint(checkpoint, signer)
    expect(await openCheckpoint(note.replace('\n12\n', '\n13\n'), key)).toEqual({ ok: false, problem: 'note-signature-invalid' })
  })

  it('for another origin is neither made nor taken', async () => {
    const { key, signer } = await newKey(origin)
    const foreign = { ...checkpoint, origin: 'example.com/other' }
    await expect(signCheckpoint(foreign, signer)).rejects.toMatchObject({ code: 'signer-not-origin' })
    expect(await openCheckpoint(await signNote(formatCheckpoint(foreign), [signer]), key)).toEqual({ ok: false, problem: 'checkpoint-origin' })
  })

  it('whose text is no checkpoint is refused, though the key signed it', async () => {
    const { key, signer } = await newKey(origin)
    expect(await openCheckpoint(await signNote(`${origin}\n`, [signer]), key)).toEqual({ ok: false, problem: 'checkpoint-malformed' })
  })
})
