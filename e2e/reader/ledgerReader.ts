import { expect } from 'vitest'
import { get } from '../http.ts'
import { openCheckpoint, parseVerifierKey, type Checkpoint, type VerifierKey } from './checkpoint.ts'
import { leafHash, rootOf } from './tree.ts'

const WIDTH = 256

/** Reads a ledger as C2SP tlog-tiles says, with nothing of Brume's. */
export class LedgerReader {
  readonly #prefix: string
  readonly #key: VerifierKey
  readonly #token: string | undefined

  constructor(chainId: string, verifierKey: string, token?: string) {
    this.#prefix = `/v1/chains/${chainId}/ledger`
    this.#key = parseVerifierKey(verifierKey)
    this.#token = token
  }

  async checkpoint(): Promise<Checkpoint> {
    const answer = await get(`${this.#prefix}/checkpoint`, this.#token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    return openCheckpoint(answer.text, this.#key)
  }

  /** All entries of a tree of this size, from the bundles. */
  async entries(size: number): Promise<Buffer[]> {
    const entries: Buffer[] = []
    for (let at = 0; at * WIDTH < size; at++) entries.push(...bundleEntries(await this.#tile(`tile/entries/${pathOf(at, size - at * WIDTH)}`)))
    return entries
  }

  /** Every hash tile, full and partial, against the hashes that the entries give. */
  async expectTilesOf(leaves: readonly Uint8Array[]): Promise<void> {
    let hashes = leaves
    for (let level = 0; hashes.length > 0; level++) {
      for (let at = 0; at * WIDTH < hashes.length; at++) {
        const expected = Buffer.concat(hashes.slice(at * WIDTH, (at + 1) * WIDTH))
        const tile = await this.#tile(`tile/${level}/${pathOf(at, hashes.length - at * WIDTH)}`)
        expect({ level, at, tile: tile.toString('base64') }).toEqual({ level, at, tile: expected.toString('base64') })
      }
      hashes = chunksOf(hashes).map(rootOf)
    }
  }

  async #tile(path: string): Promise<Buffer> {
    const answer = await get(`${this.#prefix}/${path}`, this.#token)
    expect({ path, status: answer.status, type: answer.headers.get('content-type') }).toEqual({ path, status: 200, type: expect.stringMatching(/^application\/octet-stream/) })
    return answer.bytes
  }
}

/** Full tiles only: a hash of the next level covers 256 of this one. */
function chunksOf(hashes: readonly Uint8Array[]): Uint8Array[][] {
  return Array.from({ length: Math.floor(hashes.length / WIDTH) }, (_, at) => hashes.slice(at * WIDTH, (at + 1) * WIDTH))
}

/** tlog-tiles "Parameters": three digits each, all but the last with an x; `.p/W` for a partial one. */
export function pathOf(index: number, left: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0')
  const parts = digits.match(/.{3}/g) ?? []
  const path = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/')
  return left < WIDTH ? `${path}.p/${left}` : path
}

/** Each entry with its length in two bytes, big-endian. */
function bundleEntries(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < bundle.length; ) {
    const length = bundle.readUInt16BE(at)
    entries.push(bundle.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return entries
}

export interface ReadLedger {
  readonly checkpoint: Checkpoint
  readonly entries: readonly Buffer[]
  readonly leaves: readonly Buffer[]
}

/** The whole ledger under its newest checkpoint: its entries give the signed root. */
export async function readLedger(reader: LedgerReader): Promise<ReadLedger> {
  const checkpoint = await reader.checkpoint()
  const entries = await reader.entries(checkpoint.size)
  const leaves = entries.map(leafHash)
  expect(entries).toHaveLength(checkpoint.size)
  expect(Buffer.from(rootOf(leaves)).toString('base64')).toBe(checkpoint.root.toString('base64'))
  return { checkpoint, entries, leaves }
}
