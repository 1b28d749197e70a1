import type { Promised } from '../traffic/promiseBook.ts'
import type { LedgerFollower } from './ledgerFollower.ts'

/** What became of promised readings, as the public API of the ledger tells it. */
export interface Account {
  /** Readings. */
  readonly promised: number
  /** Readings that were promised and are not in the ledger. */
  readonly lost: number
  /** Readings that stand in the ledger more than once, or are flagged as `repeat` or `equivocation` although the device did neither. */
  readonly doubled: number
  /** Promises with a leaf that is not in the ledger. */
  readonly broken: number
  /** Readings anchored after the time of their promise, or not at all. */
  readonly late: number
  /** How much later than promised the latest was, ms. */
  readonly latestMs: number
  /** Neighbours of a device that waits for each answer, in the ledger the other way round. */
  readonly reordered: number
}

export type FollowerOf = (chain: string) => LedgerFollower

export function accountOf(promised: readonly Promised[], followerOf: FollowerOf, waiting: ReadonlySet<string>, nowMs: number): Account {
  const lost = promised.filter(({ chain, leafHash }) => followerOf(chain).placesOf(leafHash).length === 0)
  const lateness = promised.map((one) => latenessMs(one, followerOf, nowMs))
  return {
    promised: promised.length,
    lost: lost.length,
    doubled: promised.filter((one) => isDoubled(one, followerOf)).length,
    broken: new Set(lost.map(({ promise }) => promise)).size,
    late: lateness.filter((ms) => ms > 0).length,
    latestMs: lateness.reduce((latest, ms) => Math.max(latest, ms), 0),
    reordered: reorderedOf(promised.filter(({ device }) => waiting.has(device)), followerOf),
  }
}

/** Nothing more is to come: every promised reading is in its ledger and anchored. */
export function isSettled(promised: readonly Promised[], followerOf: FollowerOf): boolean {
  return promised.every(({ chain, leafHash }) => {
    const [index] = followerOf(chain).placesOf(leafHash)
    return index !== undefined && followerOf(chain).anchoredAtMs(index) !== undefined
  })
}

function isDoubled({ chain, leafHash }: Promised, followerOf: FollowerOf): boolean {
  const follower = followerOf(chain)
  const places = follower.placesOf(leafHash)
  return places.length > 1 || places.some((index) => follower.flagsAt(index).some((flag) => flag === 'repeat' || flag === 'equivocation'))
}

function latenessMs({ chain, leafHash, anchorByMs }: Promised, followerOf: FollowerOf, nowMs: number): number {
  const [index] = followerOf(chain).placesOf(leafHash)
  const anchoredAtMs = index === undefined ? undefined : followerOf(chain).anchoredAtMs(index)
  return (anchoredAtMs ?? nowMs) - anchorByMs
}

function reorderedOf(promised: readonly Promised[], followerOf: FollowerOf): number {
  const last = new Map<string, number>()
  let reordered = 0
  for (const { chain, device, leafHash } of [...promised].sort((a, b) => a.seq - b.seq)) {
    const [index] = followerOf(chain).placesOf(leafHash)
    if (index === undefined) continue
    if (index < (last.get(device) ?? 0)) reordered++
    last.set(device, index)
  }
  return reordered
}
