import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { fromBase64 } from './base64.ts'
import { ed25519Signer, ed25519Verifier } from './ed25519.ts'
import { openNote, parseNote, signNote } from './note.ts'
import { newKey, parsedKey } from './keys.fixture.ts'
import { notes } from './vectors.fixture.ts'

const verifierOf = (vkey: string) => ed25519Verifier(parsedKey(vkey))

describe('opening a note', () => {
  it.each(notes.accepted)('accepts what $vkey signed', async ({ vkey, note, text, unknown }) => {
    const expected = { ok: true, value: { text, verified: [{ name: parsedKey(vkey).name }], unknown: unknown.map((name) => ({ name })) } }
    expect(await openNote(note, [verifierOf(vkey)])).toMatchObject(expected)
    expect(await openNote(new TextEncoder().encode(note), [verifierOf(vkey)])).toMatchObject(expected)
  })

  it.each(notes.refusedNotes)('refuses: $why', async ({ vkey, note, problem }) => {
    expect(await openNote(note, [verifierOf(vkey)])).toEqual({ ok: false, problem })
  })

  it('refuses bytes that are no UTF-8, and a text with half a surrogate pair', async () => {
    const { note, vkey } = notes.accepted[0] ?? expect.fail('no vectors')
    const bytes = new TextEncoder().encode(note)
    expect(await openNote(Uint8Array.of(0xff, ...bytes), [verifierOf(vkey)])).toEqual({ ok: false, problem: 'note-encoding' })
    expect(await openNote(`\ud800${note}`, [verifierOf(vkey)])).toEqual({ ok: false, problem: 'note-encoding' })
  })

  it('keeps a byte order mark as part of the text, so that it breaks the signature', async () => {
    const { note, vkey } = notes.accepted[0] ?? expect.fail('no vectors')
    expect(await openNote(new TextEncoder().encode(`\ufeff${note}`), [verifierOf(vkey)])).toEqual({ ok: false, problem: 'note-signature-invalid' })
  })

  it('trusts nothing when no verifier is given', async () => {
    expect(await openNote(notes.signing.signed, [])).toEqual({ ok: false, problem: 'note-signature-unknown' })
  })

  it('takes 100 signatures and no more', async () => {
    const { note, vkey } = notes.accepted[0] ?? expect.fail('no vectors')
    const line = '\u2014 witness.example AAAAAAA=\n'
    expect(await openNote(note + line.repeat(99), [verifierOf(vkey)])).toMatchObject({ ok: true })
    expect(await openNote(note + line.repeat(100), [verifierOf(vkey)])).toEqual({ ok: false, problem: 'note-too-many-signatures' })
  })

  it('will not guess between two verifiers of one name and key hash', async () => {
    const verifier = verifierOf(notes.signing.vkey)
    await expect(openNote(notes.signing.signed, [verifier, { ...verifier }])).rejects.toMatchObject({ code: 'ambiguous-verifier' })
  })
})

describe('signing a note', () => {
  it('writes the bytes that Go writes with the same key', async () => {
    const { vkey, typedSeed, text, signed } = notes.signing
    const seed = fromBase64(typedSeed)?.slice(1) ?? expect.fail('no seed')
    const signer = ed25519Signer(parsedKey(vkey).name, ed25519.getPublicKey(seed), (bytes) => ed25519.sign(bytes, seed))
    expect(await signNote(text, [signer])).toBe(signed)
  })

  it('is opened by each of its signers, also when the text has empty lines and letters of any script', async () => {
    const [one, other] = [await newKey('one.example'), await newKey('other.example/ü')]
    const text = 'Ognuno sta solo\n\ned è subito sera.\n'
    const note = await signNote(text, [one.signer, other.signer])
    for (const { key } of [one, other]) expect(await openNote(note, [ed25519Verifier(key)])).toMatchObject({ ok: true, value: { text } })
    expect(await openNote(note, [ed25519Verifier(one.key), ed25519Verifier(other.key)])).toMatchObject({ ok: true, value: { unknown: [] } })
    expect(parseNote(note)).toMatchObject({ ok: true, value: { text, signatures: [{ name: 'one.example' }, { name: 'other.example/ü' }] } })
  })

  it.each(['', 'no newline', 'tab\t\n', 'return\r\n', '\ud800\n'])('refuses the text %j, which nobody could open', async (text) => {
    const { signer } = await newKey('one.example')
    await expect(signNote(text, [signer])).rejects.toMatchObject({ code: 'note-text' })
  })

  it('needs a signer, and one with a proper name', async () => {
    const { signer } = await newKey('one.example')
    await expect(signNote('text\n', [])).rejects.toMatchObject({ code: 'no-signer' })
    await expect(signNote('text\n', [{ ...signer, name: 'one example' }])).rejects.toMatchObject({ code: 'key-name' })
  })
})
