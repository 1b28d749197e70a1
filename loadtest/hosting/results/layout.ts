import { join } from 'node:path'
import { BadResults } from './badResults.ts'

/** It becomes a file name. */
const BLOCK_ID = /^[A-Za-z0-9][A-Za-z0-9.+-]*$/
const RESULT = '.json'

export function runFile(folder: string): string {
  return join(folder, 'run.json')
}

export function blocksFolder(folder: string): string {
  return join(folder, 'blocks')
}

/** Written last: where it is, its columns are. */
export function blockFile(folder: string, id: string): string {
  return join(blocksFolder(folder), nameOf(id) + RESULT)
}

export function columnsPath(folder: string, id: string): string {
  return join(blocksFolder(folder), `${nameOf(id)}.columns.zst`)
}

/** The block whose result a file is, if it is one. */
export function blockOfFile(name: string): string | undefined {
  return name.endsWith(RESULT) ? name.slice(0, -RESULT.length) : undefined
}

function nameOf(id: string): string {
  if (!BLOCK_ID.test(id)) throw new BadResults(`${id} cannot be a file name: a block's id is of letters, digits and . + -`)
  return id
}
