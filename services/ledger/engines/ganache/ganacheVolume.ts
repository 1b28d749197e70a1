import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Hardfork } from '../engine.ts'
import { processIdentity } from '../processIdentity.ts'
import { replaceDurably } from '@brume/config/durableFile'

/** What a chain is from its first block on. It stands in the volume, so that no engine opens the blocks of another chain. */
export interface Genesis {
  readonly chainId: string
  readonly eip155: number
  readonly fundedAddress: string
  readonly hardfork: Hardfork
}

/**
 * ```
 * <dataDir>/chain/genesis.json   what the chain is
 * <dataDir>/chain/blocks/        ganache's LevelDB; its LOCK keeps a second engine out
 * <dataDir>/unborn-<pid>         a genesis that this process has not finished
 * ```
 */
export function blocksPath(dataDir: string): string {
  return join(dataDir, 'chain', 'blocks')
}

function genesisPath(dataDir: string): string {
  return join(dataDir, 'chain', 'genesis.json')
}

/** How the volume's chain differs from `wanted`; undefined when it does not, or when there is no chain yet. */
export function volumeMismatch(dataDir: string, wanted: Genesis): string | undefined {
  if (!existsSync(genesisPath(dataDir))) return undefined
  const found: unknown = JSON.parse(readFileSync(genesisPath(dataDir), 'utf8'))
  if (JSON.stringify(found) === genesisText(wanted)) return undefined
  return `the volume ${dataDir} belongs to another chain: ${JSON.stringify(found)}`
}

function genesisText({ chainId, eip155, fundedAddress, hardfork }: Genesis): string {
  return JSON.stringify({ chainId, eip155, fundedAddress: fundedAddress.toLowerCase(), hardfork })
}

/**
 * Makes the chain in a directory aside and moves it into place in one step: a crash leaves a whole chain or none. When another engine was
 * first, its chain stays.
 */
export async function ensureVolume(dataDir: string, genesis: Genesis, makeBlocks: (path: string) => Promise<void>): Promise<void> {
  if (existsSync(genesisPath(dataDir))) return
  const unborn = join(dataDir, `${unbornPrefix}${process.pid}`)
  rmSync(unborn, { recursive: true, force: true }) // of an earlier process with our pid
  mkdirSync(unborn, { recursive: true, mode: 0o700 })
  await makeBlocks(join(unborn, 'blocks'))
  replaceDurably(join(unborn, 'genesis.json'), genesisText(genesis))
  syncTree(unborn)
  moveUnlessThere(unborn, join(dataDir, 'chain'))
  sync(dataDir)
}

const unbornPrefix = 'unborn-'

/** What crashed engines left. One that still runs has lost the race for this volume; it sees so when it moves its own into place. */
export function removeUnborn(dataDir: string): void {
  const unborn = readdirSync(dataDir).filter((name) => name.startsWith(unbornPrefix))
  for (const name of unborn) {
    const pid = Number(name.slice(unbornPrefix.length))
    if (pid === process.pid || processIdentity(pid) === undefined) rmSync(join(dataDir, name), { recursive: true, force: true })
  }
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    rmSync(from, { recursive: true })
  }
}

/** Ganache does not fsync when it closes; blocks can be sent again after a power cut, a genesis cannot. */
function syncTree(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) syncTree(join(path, name))
  sync(path)
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
