import { MerkleError } from './merkleError.ts'
import { accepted, refused, type Outcome } from './outcome.ts'

/**
 * Which tiles a tree has, and what they are called: C2SP tlog-tiles. A tile holds up to 256 consecutive hashes of every eighth level of the
 * tree; tile level 0 holds leaf hashes, a hash of tile level 1 is the root of a full tile of level 0.
 */
export const TILE_HEIGHT = 8
export const TILE_WIDTH = 2 ** TILE_HEIGHT

/** C2SP tlog-tiles: a level is between 0 and 63. */
const MAX_TILE_LEVEL = 63

export interface Tile {
  readonly level: number
  readonly index: number
  /** 1…256 hashes; 256 is a full tile. */
  readonly width: number
}

/** What stands under the prefix `tile/`: hashes, or the entries behind the hashes of tile level 0. */
export type TileResource = ({ readonly kind: 'hashes' } & Tile) | { readonly kind: 'entries'; readonly index: number; readonly width: number }

export type TilePathProblem = 'path-malformed' | 'path-not-canonical' | 'path-out-of-range'

/** Such as `tile/0/x001/x234/067` or `tile/1/000.p/17`. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  requireInteger('tile level', level, 0, MAX_TILE_LEVEL)
  return `tile/${level}/${numberPath(index, width)}`
}

/** Such as `tile/entries/x001/x234/067`. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${numberPath(index, width)}`
}

/** Takes exactly what `tilePath` and `entriesPath` write, so that one resource has one URL. */
export function parseTilePath(path: string): Outcome<TileResource, TilePathProblem> {
  if (path.length > MAX_PATH_LENGTH) return refused('path-malformed')
  const [, top, number, widthText] = PATH.exec(path) ?? []
  if (top === undefined || number === undefined) return refused('path-malformed')
  const index = Number(number.replaceAll(/[x/]/g, ''))
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText)
  if (!Number.isSafeInteger(index) || width > TILE_WIDTH) return refused('path-out-of-range')
  return canonical(path, top === 'entries' ? { kind: 'entries', index, width } : { kind: 'hashes', level: Number(top), index, width })
}

/** The path of a resource: the other way round of `parseTilePath`. */
export function resourcePath(resource: TileResource): string {
  return resource.kind === 'entries' ? entriesPath(resource.index, resource.width) : tilePath(resource.level, resource.index, resource.width)
}

/** Every tile, full and partial, that the checkpoint of a tree of this size stands on. */
export function tilesOf(size: number): Generator<Tile> {
  return tilesBetween(0, size)
}

/** The tiles of a tree of `newSize` that a tree of `oldSize` did not have: what is to be written (or fetched) when it has grown. */
export function* tilesBetween(oldSize: number, newSize: number): Generator<Tile> {
  requireInteger('tree size', newSize, 0, Number.MAX_SAFE_INTEGER)
  requireInteger('earlier tree size', oldSize, 0, newSize)
  for (let level = 0; hashesOfLevel(newSize, level) > 0; level++) {
    yield* tilesOfLevel(level, hashesOfLevel(oldSize, level), hashesOfLevel(newSize, level))
  }
}

/** How many hashes this tile has in a tree of this size: 0 when there is no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesOfLevel(size, level) - index * TILE_WIDTH))
}

function* tilesOfLevel(level: number, oldHashes: number, newHashes: number): Generator<Tile> {
  if (oldHashes === newHashes) return
  const fullTiles = Math.floor(newHashes / TILE_WIDTH)
  for (let index = Math.floor(oldHashes / TILE_WIDTH); index < fullTiles; index++) yield { level, index, width: TILE_WIDTH }
  const width = newHashes % TILE_WIDTH
  if (width > 0) yield { level, index: fullTiles, width }
}

/** Division, not shifts: sizes go beyond 32 bits. */
function hashesOfLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

// 2^53 needs six elements of three digits; the longest path is `tile/entries/` with these and `.p/255`.
const MAX_PATH_LENGTH = 64
const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/

function canonical(path: string, resource: TileResource): Outcome<TileResource, TilePathProblem> {
  if (resource.width === 0 || (resource.kind === 'hashes' && resource.level > MAX_TILE_LEVEL)) return refused('path-out-of-range')
  return resourcePath(resource) === path ? accepted(resource) : refused('path-not-canonical')
}

function numberPath(index: number, width: number): string {
  requireInteger('tile index', index, 0, Number.MAX_SAFE_INTEGER)
  requireInteger('tile width', width, 1, TILE_WIDTH)
  return width === TILE_WIDTH ? threeDigits(index) : `${threeDigits(index)}.p/${width}`
}

/** 1234067 is `x001/x234/067`: directories of at most 1,000 names, and no name is both a file and a directory. */
function threeDigits(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  return padded.replaceAll(/\d{3}(?=\d)/g, 'x$&/')
}

function requireInteger(what: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) throw new MerkleError('out-of-range', `${what} must be ${min} to ${max}, not ${value}`)
}
