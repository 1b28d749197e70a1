import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Golden vectors, kept as data under `vectors/merkle/` so that other implementations can read them too. Each file names its source. */
function read<Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> {
  return schema.parse(JSON.parse(readFileSync(new URL(`../../vectors/merkle/${name}.json`, import.meta.url), 'utf8')))
}

export const hex = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'hex')))
const size = z.number().int()

export const trees = read(
  'trees',
  z.object({
    entries: z.array(hex).length(8),
    roots: z.array(hex).length(9),
    leafHashes: z.array(z.object({ entry: hex, leafHash: hex })).min(1),
    inclusion: z.array(z.object({ index: size, size, path: z.array(hex) })).min(1),
    consistency: z.array(z.object({ oldSize: size, newSize: size, path: z.array(hex) })).min(1),
  }),
)

const tileResource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hashes'), level: size, index: size, width: size }),
  z.object({ kind: z.literal('entries'), index: size, width: size }),
])

export const tiles = read(
  'tiles',
  z.object({
    accepted: z.array(z.object({ path: z.string(), resource: tileResource })).min(1),
    refused: z.array(z.object({ why: z.string(), path: z.string(), problem: z.string() })).min(1),
    treeSizes: z.array(z.object({ size, tiles: z.array(z.string()) })).min(1),
    tree70000: z.object({ level0Full: size, rest: z.array(z.string()) }),
  }),
)

export const notes = read(
  'notes',
  z.object({
    accepted: z.array(z.object({ vkey: z.string(), note: z.string(), text: z.string(), unknown: z.array(z.string()) })).min(1),
    signing: z.object({ vkey: z.string(), typedSeed: z.string(), text: z.string(), signed: z.string() }),
    refusedVerifierKeys: z.array(z.object({ why: z.string(), vkey: z.string(), problem: z.string() })).min(1),
    refusedNotes: z.array(z.object({ why: z.string(), vkey: z.string(), note: z.string(), problem: z.string() })).min(1),
  }),
)

const refusedText = z.array(z.object({ why: z.string(), text: z.string(), problem: z.string() })).min(1)

export const checkpoints = read(
  'checkpoints',
  z.object({
    accepted: z.array(z.object({ text: z.string(), origin: z.string(), size, root: z.string(), extensions: z.array(z.string()) })).min(1),
    refused: refusedText,
  }),
)

export const tlogProofs = read(
  'tlog-proofs',
  z.object({
    accepted: z.array(z.object({ text: z.string(), extra: z.string().nullable(), index: size, path: z.array(z.string()), checkpoint: z.string() })).min(1),
    refused: refusedText,
  }),
)
