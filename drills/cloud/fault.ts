import type { DrillSite } from './site/drillSite.ts'

/** What was measured and shows that the fault took effect, in one sentence. */
export type Evidence = string

/** One row of the drill. */
export interface Fault {
  readonly name: string
  /** What is done to which part, for people. */
  readonly what: string
  /** Also in the short form. */
  readonly short: boolean
  /** Whether a part that anchoring needs was away: then a promise may be kept late. */
  readonly mayBeLate: boolean
  /** How long the row takes on two cores, about, without the length below. For the display. */
  readonly seconds: number
  /** What of the form's length is added. */
  readonly lasts?: keyof DrillLength
  /** Longest time without any promise that this row may cost, ms. Absent: it costs what it costs, and is reported. */
  readonly mostUnavailableMs?: number
  /** Why this machine cannot try it; undefined where it can. */
  readonly unavailable?: () => string | undefined
  /**
   * Does the harm, proves that it took effect, and mends it. What it puts on `mending` runs afterwards, also where it throws midway.
   * @returns the evidence @throws where there is none
   */
  strike(site: DrillSite, mending: AsyncDisposableStack, length: DrillLength): Promise<Evidence>
}

/** How long a fault lasts, ms. */
export interface DrillLength {
  readonly brokerPauseMs: number
  readonly cutMs: number
  readonly underLoadMs: number
}

export const fullLength: DrillLength = { brokerPauseMs: 60_000, cutMs: 10_000, underLoadMs: 10_000 }
export const shortLength: DrillLength = { brokerPauseMs: 10_000, cutMs: 4_000, underLoadMs: 4_000 }
