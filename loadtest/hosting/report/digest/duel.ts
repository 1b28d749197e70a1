import type { Workload, WriteMode } from '../../model/index.ts'
import type { Condition } from './condition.ts'
import { regionMs } from './delays.ts'
import type { Digest } from './digest.ts'

/**
 * Against which load of the rival a fog box is held. `as busy`: both at the same share of their own capacities. `idle`: the rival at its lowest measured load,
 * as a cloud is that adds machines before it is busy; two cores cannot show one that does.
 */
export const bases = ['as busy', 'idle'] as const
export type Basis = (typeof bases)[number]

export interface DuelKey {
  readonly fog: string
  readonly rival: string
  readonly writeMode: WriteMode
  readonly workload: Workload
  readonly basis: Basis
}

/** What a comparison came to. `byMs` is the rival's p95 less the fog's: above 0 the fog is faster. */
export type Verdict =
  | { readonly kind: 'fog' | 'rival' | 'undecided'; readonly byMs: number; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: 'unsteady' | 'not measured' | 'not reached' }

/** Two measured conditions of the same network, held against each other. */
export interface DuelPoint {
  readonly network: string
  readonly load: number
  readonly rivalLoad: number
  /** Achieved round trip between site and cloud. */
  readonly regionMs: number
  readonly verdict: Verdict
}

export interface Duel extends DuelKey {
  /** By load, then by delay. */
  readonly points: readonly DuelPoint[]
  readonly loads: readonly number[]
  /** The longest way between site and rival that was measured, for any fog box: beyond it nothing was seen. */
  readonly longestMs: number
}

/** The percentile that decides. */
export const DECIDING = 0.95

/** Every fog box against every other placement; those of which nothing can be held against each other are left out, and those that would say the same twice. */
export function duelsOf(digest: Digest): Duel[] {
  const { placements } = digest.plan
  const [fogs, rivals] = [placements.filter(({ kind }) => kind === 'fog'), placements.filter(({ kind }) => kind !== 'fog')]
  const pairs = fogs.flatMap((fog) => rivals.map((rival) => ({ fog: fog.name, rival: rival.name })))
  const keys = digest.families.flatMap((family) => bases.flatMap((basis) => pairs.map((pair) => ({ ...pair, ...family, basis }))))
  return keys.map((key) => duel(key, digest)).filter(({ points, basis }) => points.length > 0 && (basis === 'as busy' || points.some(({ load, rivalLoad }) => load !== rivalLoad)))
}

function duel(key: DuelKey, digest: Digest): Duel {
  const ofFamily = (placement: string): Condition[] => digest.conditions.filter((one) => one.placement === placement && one.writeMode === key.writeMode && one.workload === key.workload)
  const rivals = ofFamily(key.rival)
  const points = ofFamily(key.fog).flatMap((fog) => pointOf(key, fog, rivals.filter(({ network }) => network === fog.network), digest))
  return { ...key, points: points.toSorted((a, b) => a.load - b.load || a.regionMs - b.regionMs), loads: [...new Set(points.map(({ load }) => load))].toSorted((a, b) => a - b), longestMs: longestMs(digest, key.rival) }
}

function longestMs({ plan, delays }: Digest, rival: string): number {
  const fogs = plan.placements.filter(({ kind }) => kind === 'fog')
  return Math.max(0, ...fogs.flatMap(({ name }) => plan.networks.flatMap((network) => regionMs(delays, name, rival, network.name) ?? [])))
}

function pointOf({ basis }: DuelKey, fog: Condition, rivals: readonly Condition[], digest: Digest): DuelPoint[] {
  const rival = basis === 'as busy' ? rivals.find(({ load }) => load === fog.load) : rivals.toSorted((a, b) => a.load - b.load)[0]
  const region = rival && regionMs(digest.delays, fog.placement, rival.placement, fog.network)
  if (rival === undefined || region === undefined) return []
  return [{ network: fog.network, load: fog.load, rivalLoad: rival.load, regionMs: region, verdict: verdict(fog, rival, digest) }]
}

function verdict(fog: Condition, rival: Condition, digest: Digest): Verdict {
  const states = [fog.state, rival.state]
  if (states.includes('not measured')) return { kind: 'not measured' }
  if (states.includes('unsteady')) return { kind: 'unsteady' }
  const difference = digest.differenceMs(rival, fog, DECIDING)
  if (difference === undefined) return { kind: 'not reached' }
  return { kind: kindOf(difference.low, difference.high), byMs: difference.value, lowMs: difference.low, highMs: difference.high }
}

/** The interval decides only where it leaves 0 out. */
export function kindOf(low: number, high: number): 'fog' | 'rival' | 'undecided' {
  if (low > 0) return 'fog'
  return high < 0 ? 'rival' : 'undecided'
}
