import type { AchievedDelay } from '../model/index.ts'
import { coldConnectionMs } from './coldConnection.ts'
import { askedMs, type WayDelays } from './linkDelays.ts'
import { medianRoundTripMs } from './roundTrips.ts'

/** What asked and achieved may differ by: a share of what was asked, and a least one, ms. */
export const TOLERATED_SHARE = 0.1
export const TOLERATED_MS = 0.5
/** Round trips of a measurement, at least and at most. */
const LEAST = 30
const MOST = 400
/** So many standard errors of the median fit into what is tolerated; the proxies' own time takes a part of it too. */
const ERRORS_THAT_FIT = 6

export interface MeasuredPath {
  readonly network: string
  readonly asked: WayDelays
  /** What is asked for, through the proxies. */
  readonly url: string
  /** The same without them: the time of server, client and, where there is one, the gateway. */
  readonly directMs: number
}

/** Measured as a device would meet it. The delays are in force. */
export async function achievedDelay({ network, asked, url, directMs }: MeasuredPath): Promise<AchievedDelay> {
  const throughMs = await medianRoundTripMs(url, roundTripsNeeded(asked))
  return { network, askedMs: askedMs(asked), achievedMs: throughMs - directMs, coldConnectionMs: coldConnectionMs(asked) }
}

export function directRoundTripMs(url: string): Promise<number> {
  return medianRoundTripMs(url, LEAST)
}

/** A network that is not what was asked for: nothing that is measured through it would mean what it says. */
export class DelayRefused extends Error {
  constructor({ network, askedMs, achievedMs }: AchievedDelay) {
    super(`network ${network}: ${askedMs} ms there and back were asked, ${achievedMs.toFixed(2)} ms were achieved; they may differ by ${toleratedMs(askedMs).toFixed(2)} ms`)
  }
}

/** @throws DelayRefused */
export function refuseDelay(delay: AchievedDelay): void {
  if (!isTolerated(delay)) throw new DelayRefused(delay)
}

/** NaN is not. */
export function isTolerated({ achievedMs, askedMs }: Pick<AchievedDelay, 'achievedMs' | 'askedMs'>): boolean {
  return Math.abs(achievedMs - askedMs) <= toleratedMs(askedMs)
}

export function toleratedMs(asked: number): number {
  return Math.max(asked * TOLERATED_SHARE, TOLERATED_MS)
}

/**
 * The two ways' uniform jitters of ±j add to a triangle of ±2j, whose median has a standard error of j/√n (1 / (2 f √n), f = 1/2j at the median; David and
 * Nagaraja, Order Statistics, 2003, section 2.5). Jitters of several ways add in their squares.
 */
export function roundTripsNeeded(asked: WayDelays): number {
  const jitterMs = Math.hypot(asked.device.jitterMs, asked.behindGateway?.jitterMs ?? 0)
  const needed = Math.ceil(((ERRORS_THAT_FIT * jitterMs) / toleratedMs(askedMs(asked))) ** 2)
  return Math.min(Math.max(needed, LEAST), MOST)
}
