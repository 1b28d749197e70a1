import type { Sha256, Tile } from '@brume/merkle'
import { decodeEntryBundle, entriesPath, HASH_BYTES, leafHash, MemoryTree, sameHash, tilePath, TILE_WIDTH, tilesOf } from '@brume/merkle'
import type { EntryAudit } from './entryAudit.ts'
import type { LedgerSource } from './ledgerSource.ts'
import { readAhead } from './readAhead.ts'
import type { Findings } from './report.ts'

const READS_UNDER_WAY = 8

/** Told of every bundle of entries. */
export type OnProgress = (done: number, size: number) => void

interface Bundle {
  index: number
  width: number
}

/** The tree as the entries themselves give it; nothing where not all entries are to be had. */
export async function rebuildTree(size: number, source: LedgerSource, audit: EntryAudit, findings: Findings, sha256: Sha256, onProgress: OnProgress): Promise<MemoryTree | undefined> {
  const tree = new MemoryTree(sha256)
  for await (const { item, result } of readAhead(bundlesOf(size), READS_UNDER_WAY, (bundle) => readBundle(bundle, source, findings))) {
    if (!result) return undefined
    await addBundle(result, tree, audit, sha256)
    onProgress(item.index * TILE_WIDTH + item.width, size)
  }
  return tree
}

async function addBundle(entries: readonly Uint8Array[], tree: MemoryTree, audit: EntryAudit, sha256: Sha256): Promise<void> {
  for (const entry of entries) {
    const hash = leafHash(entry, sha256)
    tree.append(hash)
    await audit.add(entry, hash)
  }
  await audit.settle()
}

function* bundlesOf(size: number): Generator<Bundle> {
  for (let index = 0; index * TILE_WIDTH < size; index++) yield { index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) }
}

async function readBundle({ index, width }: Bundle, source: LedgerSource, findings: Findings): Promise<Uint8Array[] | undefined> {
  const path = entriesPath(index, width)
  const bytes = (await source.resource(path)) ?? (await source.resource(entriesPath(index)))
  if (!bytes) {
    findings.add('bundle-missing', path, 'the server has no such entries, though its checkpoint covers them')
    return undefined
  }
  const decoded = decodeEntryBundle(bytes)
  if (decoded.ok && decoded.value.length >= width) return decoded.value.slice(0, width)
  findings.add('bundle-malformed', path, decoded.ok ? `there are ${decoded.value.length} entries, not ${width}` : decoded.problem)
  return undefined
}

/** Compares every tile of the tree, full or partial, with what is served. Returns their number. */
export async function auditTiles(tree: MemoryTree, source: LedgerSource, findings: Findings): Promise<number> {
  let tiles = 0
  for await (const { item, result } of readAhead(tilesOf(tree.size), READS_UNDER_WAY, (tile) => readTile(tile, source))) {
    tiles++
    const path = tilePath(item.level, item.index, item.width)
    if (!result) findings.add('tile-missing', path, 'the server has no such tile, though its checkpoint stands on it')
    else if (!sameHash(result, tree.readTile(item.level, item.index, item.width))) findings.add('tile-differs', path, 'the tile does not follow from the entries')
  }
  return tiles
}

/** A partial tile may be gone once the full one is there (C2SP tlog-tiles, "Partial Tiles"). */
async function readTile({ level, index, width }: Tile, source: LedgerSource): Promise<Uint8Array | undefined> {
  const exact = await source.resource(tilePath(level, index, width))
  if (exact || width === TILE_WIDTH) return exact
  return (await source.resource(tilePath(level, index)))?.subarray(0, width * HASH_BYTES)
}
