import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { RESULTS_VERSION, cellId, type BlockResult, type CellResult, type MachineFacts, type Plan, type RequestColumns, type RunFacts } from '../model/index.ts'
import { BadResults } from './badResults.ts'
import { encodeColumns } from './columnsFile.ts'
import { blockFile, blocksFolder, columnsPath, runFile } from './layout.ts'
import { jsonText, readJson } from './resultsJson.ts'
import { lastMachine, otherThan, refuseOtherMachine, refuseOtherPlan } from './resumption.ts'
import { blockSchema, runSchema } from './schemas.ts'
import { removeUnfinished, writeWhole } from './wholeFile.ts'

export interface RunOptions {
  readonly plan: Plan
  readonly machine: MachineFacts
  /** RFC 3339. */
  readonly now: string
  /** Goes on with a run of another commit or machine, and notes it in the facts. */
  readonly evenIfOther?: boolean | undefined
}

/**
 * Where the results of one run are kept, block by block, while it runs: run.json, blocks/<id>.json and blocks/<id>.columns.zst. After a crash or kill -9 at any
 * moment every file is whole, and a block is there or it is not: its .json comes last. One process writes; nobody else may meanwhile.
 */
export class RunFolder {
  readonly path: string
  #facts: RunFacts

  private constructor(path: string, facts: RunFacts) {
    this.path = path
    this.#facts = facts
  }

  /**
   * A new run, or one to go on with.
   *
   * @throws BadResults for a folder of something else, another version or plan, or (unless told) another commit or machine
   */
  static open(path: string, options: RunOptions): RunFolder {
    mkdirSync(blocksFolder(refuseOther(path)), { recursive: true })
    for (const folder of [path, blocksFolder(path)]) removeUnfinished(folder)
    const run = new RunFolder(path, existsSync(runFile(path)) ? resumed(path, options) : begun(options))
    run.#keepFacts(run.#facts)
    return run
  }

  get facts(): RunFacts {
    return this.#facts
  }

  finished(blockId: string): boolean {
    return existsSync(blockFile(this.path, blockId)) && existsSync(columnsPath(this.path, blockId))
  }

  /**
   * Whole or not at all.
   *
   * @param columns one for each cell of the block, in their order
   * @throws BadResults when it could not be read back; then nothing is written
   */
  write(block: BlockResult, columns: readonly RequestColumns[]): void {
    if (columns.length !== block.cells.length) throw new BadResults(`block ${block.id} has ${block.cells.length} cells, but columns of ${columns.length}`)
    const json = jsonText({ ...block, cells: block.cells.map(inWholeMicroseconds) }, blockSchema, `block ${block.id}`)
    writeWhole(columnsPath(this.path, block.id), encodeColumns(block.id, block.cells.flatMap(({ cell }, at) => columns.slice(at, at + 1).map((of) => ({ id: cellId(cell), columns: of })))))
    writeWhole(blockFile(this.path, block.id), json)
  }

  #keepFacts(facts: RunFacts): void {
    writeWhole(runFile(this.path), jsonText(facts, runSchema, runFile(this.path)))
    this.#facts = facts
  }
}

/** Results among somebody's other files could not be told from them. */
function refuseOther(path: string): string {
  if (!existsSync(path) || existsSync(runFile(path))) return path
  const [first] = readdirSync(path).filter((name) => name !== 'blocks' && !name.startsWith('run.json'))
  if (first !== undefined) throw new BadResults(`${path} is not a folder of results: it has no run.json, but ${first}; give an empty or a new one`)
  return path
}

function begun({ plan, machine, now }: RunOptions): RunFacts {
  return { version: RESULTS_VERSION, plan, machine, startedAt: now }
}

function resumed(path: string, { plan, machine, now, evenIfOther = false }: RunOptions): RunFacts {
  const facts = readJson(runFile(path), runSchema)
  refuseOtherPlan(facts, plan, path)
  if (!evenIfOther) refuseOtherMachine(facts, machine, path)
  return otherThan(lastMachine(facts), machine).length === 0 ? facts : { ...facts, resumed: [...(facts.resumed ?? []), { at: now, machine }] }
}

/** Fractions of µs would double the size of the file, and no clock here is that good. */
function inWholeMicroseconds(cell: CellResult): CellResult {
  return { ...cell, anchored: cell.anchored.map(({ totalUs, parts }) => ({ totalUs: Math.round(totalUs), parts: parts.map(Math.round) })) }
}
