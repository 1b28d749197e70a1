import type BetterSqlite3 from 'better-sqlite3'

/** Bytes of a leaf hash that the index keeps; six fit a JavaScript number. */
const PREFIX_BYTES = 6
/** So many leaves are collected before they are sorted into the table; also what a start reads again, per chain. */
const COLLECT = 16_384
/** Rows of a sorted run that one batch writes: neighbours share pages, and no batch waits long. */
const SLICE = 2_048

interface Run {
  /** Sorted by prefix. */
  readonly rows: readonly (readonly [prefix: number, index: number])[]
  /** Rows before this one are in the table. */
  written: number
  /** All leaves below this index are in the table once the run is written. */
  readonly end: number
}

/**
 * Leaf hash -> index of one chain. Hashes are random, so a row at a time would rewrite a page of the table for nearly every leaf: at 300,000
 * leaves that was two thirds of the cost of sequencing. Newest leaves wait in memory and go to the table in sorted runs; what was in memory at
 * a crash is read again from the entries.
 */
export class LeafIndex {
  private recent = new Map<number, number[]>()
  private collected = 0
  private run: Run | undefined

  constructor(private readonly statements: LeafStatements, private readonly chainNo: number) {}

  /** A leaf after all those that it has. */
  add(leafHash: Uint8Array, index: number): void {
    const prefix = prefixOf(leafHash)
    const known = this.recent.get(prefix)
    if (known) known.push(index)
    else this.recent.set(prefix, [index])
    this.collected++
  }

  /** Indexes of the leaves whose hash begins as this one, in order; readers compare the whole hash. */
  candidates(leafHash: Uint8Array): number[] {
    const prefix = prefixOf(leafHash)
    const waiting = this.run?.rows.filter((row) => row[0] === prefix).map(([, index]) => index) ?? []
    const found = new Set([...this.statements.candidates(this.chainNo, prefix), ...waiting, ...(this.recent.get(prefix) ?? [])])
    return [...found].sort((a, b) => a - b)
  }

  /** The index's share of one batch, in the batch's transaction. @param size tree size after the batch */
  writeSlice(size: number): void {
    if (!this.run && this.collected >= COLLECT) this.startRun(size)
    if (!this.run) return
    const { rows, written } = this.run
    const slice = rows.slice(written, written + SLICE)
    for (const [prefix, index] of slice) this.statements.insert(this.chainNo, prefix, index)
    this.run.written += slice.length
    if (this.run.written < rows.length) return
    this.statements.setIndexed(this.chainNo, this.run.end)
    this.run = undefined
  }

  private startRun(end: number): void {
    const rows = [...this.recent].flatMap(([prefix, indexes]) => indexes.map((index) => [prefix, index] as const))
    this.run = { rows: rows.sort((a, b) => a[0] - b[0]), written: 0, end }
    this.recent = new Map()
    this.collected = 0
  }
}

export class LeafStatements {
  private readonly insertLeaf
  private readonly selectCandidates
  private readonly updateIndexed
  private readonly selectIndexed

  constructor(db: BetterSqlite3.Database) {
    // A run that a crash cut short is written again.
    this.insertLeaf = db.prepare('INSERT OR IGNORE INTO ledger_leaf_index (chain_no, prefix, "index") VALUES (?,?,?)')
    this.selectCandidates = db.prepare<unknown[], { index: number }>('SELECT "index" FROM ledger_leaf_index WHERE chain_no = ? AND prefix = ?')
    this.updateIndexed = db.prepare('UPDATE ledger_trees SET leaves_indexed = ? WHERE chain_no = ?')
    this.selectIndexed = db.prepare<unknown[], { leaves_indexed: number }>('SELECT leaves_indexed FROM ledger_trees WHERE chain_no = ?')
  }

  insert(chainNo: number, prefix: number, index: number): void {
    this.insertLeaf.run(chainNo, prefix, index)
  }

  candidates(chainNo: number, prefix: number): number[] {
    return this.selectCandidates.all(chainNo, prefix).map(({ index }) => index)
  }

  setIndexed(chainNo: number, size: number): void {
    this.updateIndexed.run(size, chainNo)
  }

  /** All leaves below this index are in the table. */
  indexed(chainNo: number): number {
    return this.selectIndexed.get(chainNo)?.leaves_indexed ?? 0
  }
}

function prefixOf(leafHash: Uint8Array): number {
  let prefix = 0
  for (let i = 0; i < PREFIX_BYTES; i++) prefix = prefix * 256 + (leafHash[i] ?? 0)
  return prefix
}
