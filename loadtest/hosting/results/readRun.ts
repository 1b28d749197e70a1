import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cellId, type BlockResult, type MeasuredCell, type Run } from '../model/index.ts'
import { BadResults } from './badResults.ts'
import { decodeColumns, type CellColumns } from './columnsFile.ts'
import { blockFile, blockOfFile, blocksFolder, columnsPath, runFile } from './layout.ts'
import { readJson } from './resultsJson.ts'
import { blockSchema, runSchema } from './schemas.ts'

/**
 * A whole run. All of it at once: two million requests of a full one are 150 MB of columns, and whatever is wrong with a file is said before anything is made
 * of the others.
 *
 * @throws BadResults for what is no folder of results, or has a file that is cut, damaged, or of another version
 */
export function readRun(folder: string): Run {
  if (!existsSync(runFile(folder))) throw new BadResults(`${folder} is not a folder of results: it has no run.json`)
  return { facts: readJson(runFile(folder), runSchema), blocks: blockIds(folder).map((id) => readBlock(folder, id)) }
}

function blockIds(folder: string): string[] {
  if (!existsSync(blocksFolder(folder))) return []
  return readdirSync(blocksFolder(folder)).flatMap((name) => blockOfFile(name) ?? []).toSorted((a, b) => (a < b ? -1 : 1))
}

function readBlock(folder: string, id: string): Run['blocks'][number] {
  const file = blockFile(folder, id)
  const block = readJson(file, blockSchema)
  if (block.id !== id) throw new BadResults(`${file} is of block ${block.id}`)
  return { ...block, cells: withRequests(block, columnsIn(columnsPath(folder, id), id), file) }
}

function columnsIn(file: string, id: string): readonly CellColumns[] {
  try {
    const { block, cells } = decodeColumns(readFileSync(file))
    if (block !== id) throw new Error(`it is of block ${block}`)
    return cells
  } catch (error) {
    throw new BadResults(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}. Remove the files of block ${id} and resume the run to measure it again`, { cause: error })
  }
}

function withRequests({ cells }: BlockResult, columns: readonly CellColumns[], file: string): MeasuredCell[] {
  const byId = new Map(columns.map(({ id, columns: of }) => [id, of]))
  return cells.map((cell) => {
    const requests = byId.get(cellId(cell.cell))
    if (!requests) throw new BadResults(`${file}: its columns have no cell ${cellId(cell.cell)}`)
    return { ...cell, requests }
  })
}
