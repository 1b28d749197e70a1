import { encodeEntryBundle, HASH_BYTES, parseTilePath, TILE_WIDTH, tileWidth, type TileResource } from '@brume/merkle'
import type { Chain } from '../chains/chain.ts'
import type { CheckpointRepository } from '../checkpoints/checkpoint.repository.ts'
import { ledgerProblems } from '../problems.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'

/** What anybody with a C2SP client reads: checkpoint, tiles, entry bundles. Nothing beyond the published checkpoint is ever served. */
export class TlogService {
  constructor(private readonly checkpoints: CheckpointRepository, private readonly reader: LedgerReader) {}

  async checkpoint(chain: Chain): Promise<string> {
    const latest = await this.checkpoints.latest(chain.no)
    if (!latest) throw ledgerProblems.problem('checkpoint-not-found')
    return latest.note
  }

  /** @param path from `tile/` on */
  async tile(chain: Chain, path: string): Promise<Uint8Array> {
    const parsed = parseTilePath(path)
    if (!parsed.ok) throw ledgerProblems.problem('tile-not-found', `${path} is not a path of tlog-tiles (${parsed.problem}).`)
    await this.requirePublished(chain, parsed.value)
    return parsed.value.kind === 'entries' ? this.entryBundle(chain, parsed.value) : this.hashTile(chain, parsed.value)
  }

  /** A full tile once the tree fills it; a partial one in every width up to the published one, as a later checkpoint may be fetched meanwhile. */
  private async requirePublished(chain: Chain, resource: TileResource): Promise<void> {
    const size = (await this.checkpoints.latest(chain.no))?.size ?? 0
    const level = resource.kind === 'entries' ? 0 : resource.level
    if (resource.width > tileWidth(level, resource.index, size)) throw ledgerProblems.problem('tile-not-found', `The tree of ${size} entries has no such tile.`)
  }

  private async hashTile(chain: Chain, { level, index, width }: Extract<TileResource, { kind: 'hashes' }>): Promise<Uint8Array> {
    const tile = await this.reader.tile(chain.no, level, index)
    if (!tile || tile.length < width * HASH_BYTES) throw new Error(`tile ${level}/${index} of chain ${chain.id} is not stored in width ${width}`)
    return tile.subarray(0, width * HASH_BYTES)
  }

  private async entryBundle(chain: Chain, { index, width }: Extract<TileResource, { kind: 'entries' }>): Promise<Uint8Array> {
    const start = index * TILE_WIDTH
    const entries = await this.reader.entries(chain.no, start, start + width)
    return encodeEntryBundle(entries.map(({ envelope }) => envelope))
  }
}
