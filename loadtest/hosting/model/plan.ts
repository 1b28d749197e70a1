/** Where the chain is hosted, as devices see it. */
export type PlacementKind = 'fog' | 'cloud' | 'gateway'

/** What one placement is given of this machine; whether it was enforced stands in {@link EnforcedLimits}. */
export interface PlacementSpec {
  /** Such as `fog-0.5`; unique in a plan. */
  readonly name: string
  readonly kind: PlacementKind
  /** Cores of the system under test, all its processes together; 0.25 is a quarter of one. */
  readonly cores: number
  readonly memoryMiB: number
}

export const writeModes = ['batched', 'direct'] as const
export type WriteMode = (typeof writeModes)[number]

/** `reading`: one per request, the main one. `direct`: one per request, until it is in a block. */
export const workloads = ['reading', 'readings-10', 'readings-100', 'latest', 'proof', 'in-block'] as const
export type Workload = (typeof workloads)[number]

/** Readings that one request brings; 0: it only asks. */
export const readingsPerRequest = { 'reading': 1, 'readings-10': 10, 'readings-100': 100, 'latest': 0, 'proof': 0, 'in-block': 1 } as const satisfies Record<Workload, number>

/** Which way a device and a cloud go: names of `loadtest/networks/{access,region}/<name>.json`. */
export interface NetworkSpec {
  /** Such as `wifi+far`; unique in a plan. */
  readonly name: string
  /** Between the device and its site. */
  readonly access: string
  /** Between the site and the cloud. A fog node is at the site: it has only the access. */
  readonly region: string
}

/** One part of the matrix: every combination of its members is a cell. */
export interface PlanPart {
  readonly placements: readonly string[]
  readonly networks: readonly string[]
  readonly writeModes: readonly WriteMode[]
  readonly workload: Workload
  /** Of the placement's own measured capacity for this write mode and workload; above 1 is past saturation. */
  readonly loads: readonly number[]
  readonly repetitions: number
}

export interface Plan {
  readonly name: string
  /** Shows that everything works; its values say nothing, so it may measure for shorter. */
  readonly trial?: boolean | undefined
  /** Of every random order and choice. */
  readonly seed: number
  readonly warmUpS: number
  readonly measuredS: number
  readonly placements: readonly PlacementSpec[]
  readonly networks: readonly NetworkSpec[]
  readonly matrix: readonly PlanPart[]
  /** Each part of the whole matrix that is not measured, and why. */
  readonly leftOut: readonly { readonly what: string; readonly why: string }[]
}

/** What is measured at once: one placement, one network, one load, for `measuredS`. */
export interface Cell {
  readonly placement: string
  readonly writeMode: WriteMode
  readonly workload: Workload
  readonly network: string
  readonly load: number
  /** From 1. */
  readonly repetition: number
}

/** Runs on a fresh system: one placement × write mode × repetition, its cells in random order. */
export interface Block {
  /** `fog-1.batched.r2` */
  readonly id: string
  readonly placement: PlacementSpec
  readonly writeMode: WriteMode
  readonly repetition: number
  readonly cells: readonly Cell[]
}

/** `fog-1.batched.reading.wifi+far.0.8.r2`: a file name, and what sorts. */
export function cellId({ placement, writeMode, workload, network, load, repetition }: Cell): string {
  return [placement, writeMode, workload, network, load, `r${repetition}`].join('.')
}
