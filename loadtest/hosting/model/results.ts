import type { Cell, Plan, PlacementSpec, WriteMode, Workload } from './plan.ts'
import type { AnchoredSample, Outcome, RequestColumns } from './records.ts'

/** Of the form of everything in a results folder; another one is refused. */
export const RESULTS_VERSION = 2

/** What this machine really bounded. */
export interface EnforcedLimits {
  /** `cgroup v1`, `cgroup v2` or `none`, with the reason. */
  readonly by: string
  /** CPUs of the system under test, and its share of them; undefined where it was not enforced. */
  readonly systemCpus?: string | undefined
  readonly systemCores?: number | undefined
  readonly memoryMiB?: number | undefined
  /** CPUs of load generator and proxies. */
  readonly loadCpus?: string | undefined
}

export interface MachineFacts {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  /** Program → version: node, k6, toxiproxy, kafka, postgresql, haproxy, ganache. */
  readonly versions: Readonly<Record<string, string>>
  readonly commit: string
  /** Files of the commit were changed. */
  readonly dirty: boolean
}

/** The delay that was asked of a network, and what a request through the same proxies really met, ms there and back. */
export interface AchievedDelay {
  readonly network: string
  readonly askedMs: number
  readonly achievedMs: number
  /** What a cold connection adds, computed, not measured: handshakes × round trips. */
  readonly coldConnectionMs: number
}

export interface CellResult {
  readonly cell: Cell
  /** RFC 3339. */
  readonly startedAt: string
  readonly measuredS: number
  /** Requests per second. */
  readonly offeredPerS: number
  /** Of its block for its workload: what `load` is a share of. */
  readonly capacityPerS: number
  /** Readings that a request brings, or for a workload that only asks 1: one answer. */
  readonly readingsPerRequest: number
  readonly counts: Readonly<Record<Outcome, number>>
  /** Problem type or HTTP status → how many. */
  readonly refusals: Readonly<Record<string, number>>
  /** Share of its own CPUs that the generator used: near 1 it was the bottleneck. */
  readonly generatorCpuShare: number
  /** CPU of the system under test during the measured time, µs, and how long its quota held it back, µs. */
  readonly systemCpuUs: number
  readonly systemThrottledUs: number
  /** Of the chain's transactions and of what was stored meanwhile; undefined where nothing was anchored. */
  readonly cost?: { readonly readings: number; readonly gas: number; readonly chainBytes: number; readonly storedBytes: number } | undefined
  readonly anchored: readonly AnchoredSample[]
}

/**
 * What a system bears at most, measured when it is fresh: the loads of its block's cells are shares of it. Each block has its own, because a shared machine
 * is not equally fast all day, and because a runtime that has not been at its limit yet has not compiled what it needs there.
 */
export interface Capacity {
  readonly workload: Workload
  /** Requests per second. */
  readonly perS: number
  /** Of each round, so that a reader sees how steady it was. */
  readonly rounds: readonly number[]
}

/** A finished block: its cells' requests stand in files beside it. */
export interface BlockResult {
  readonly version: typeof RESULTS_VERSION
  readonly id: string
  readonly placement: PlacementSpec
  readonly writeMode: WriteMode
  readonly repetition: number
  readonly limits: EnforcedLimits
  readonly delays: readonly AchievedDelay[]
  /** One for each workload of its cells. */
  readonly capacities: readonly Capacity[]
  /** Order in which they were measured. */
  readonly cells: readonly CellResult[]
}

/** `<folder>/run.json` */
export interface RunFacts {
  readonly version: typeof RESULTS_VERSION
  readonly plan: Plan
  readonly machine: MachineFacts
  readonly startedAt: string
  /** Where it was gone on with on another commit or machine because somebody asked for that: blocks measured later are theirs. */
  readonly resumed?: readonly { readonly at: string; readonly machine: MachineFacts }[] | undefined
}

export interface MeasuredCell extends CellResult {
  readonly requests: RequestColumns
}

/** A whole results folder in memory. */
export interface Run {
  readonly facts: RunFacts
  readonly blocks: readonly (Omit<BlockResult, 'cells'> & { readonly cells: readonly MeasuredCell[] })[]
}
