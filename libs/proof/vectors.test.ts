import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseProof, parseTrust, verify } from './index.ts'

const read = (name: string) => new Uint8Array(readFileSync(new URL(`../../vectors/proof/${name}`, import.meta.url)))
const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(read(name)))

const tampered = z
  .object({
    vectors: z.array(
      z.object({
        name: z.string(),
        proof: z.enum(['batched', 'direct']),
        pointer: z.string(),
        value: z.unknown(),
        expected: z.object({ result: z.enum(['refused', 'unusable']), link: z.string().optional() }),
      }),
    ),
  })
  .parse(json('tampered.json')).vectors

function trust() {
  const parsed = parseTrust(read('trust.json'))
  if (!parsed.ok) throw new Error(parsed.detail)
  return parsed.value
}

/** RFC 6901 without escapes, which no member of a proof needs. */
function replaced(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === name ? replaced(item, rest, to) : item))
  const members: Record<string, unknown> = { ...z.record(z.string(), z.unknown()).parse(value) }
  return { ...members, [name]: replaced(members[name], rest, to) }
}

describe('golden proofs', () => {
  it.each(['batched', 'direct'] as const)('accepts %s.json', async (kind) => {
    const proof = parseProof(read(`${kind}.json`))
    expect(proof.ok && (await verify(proof.value, trust()))).toMatchObject({ ok: true, writeMode: kind, unmet: [], reading: { keyNumber: 2, index: 7 } })
  })

  it.each(tampered)('$proof with $name: $expected', async ({ proof, pointer, value, expected }) => {
    const file = replaced(json(`${proof}.json`), pointer.split('/').slice(1), value)
    const parsed = parseProof(new TextEncoder().encode(JSON.stringify(file)))
    if (!parsed.ok) return expect(expected).toEqual({ result: 'unusable' })
    const verdict = await verify(parsed.value, trust())
    expect(verdict.ok).toBe(false)
    expect({ result: 'refused', links: verdict.links.filter(({ state }) => state === 'refused').map(({ name }) => name) }).toEqual({
      result: expected.result,
      links: expect.arrayContaining([expected.link]),
    })
  })
})
