import type { LinkDelay } from '@brume/testing'
import type { PlacementKind } from '../model/index.ts'
import type { Network } from './networkProfile.ts'

/** There and back, ms; what a way is asked to be. */
export interface WayDelay {
  readonly roundTripMs: number
  readonly jitterMs: number
}

/** The ways that a placement's requests go: one from the devices on, and at a gateway one more behind it. */
export interface WayDelays {
  readonly device: WayDelay
  readonly behindGateway?: WayDelay
}

export function wayDelays(kind: PlacementKind, { access, region }: Network): WayDelays {
  const [toSite, toCloud] = [wayOf(access), wayOf(region)]
  switch (kind) {
    case 'fog': return { device: toSite }
    case 'cloud': return { device: oneAfterTheOther(toSite, toCloud) }
    case 'gateway': return { device: toSite, behindGateway: toCloud }
  }
}

/** Of all ways together, ms there and back. */
export function askedMs({ device, behindGateway }: WayDelays): number {
  return device.roundTripMs + (behindGateway?.roundTripMs ?? 0)
}

/**
 * As Toxiproxy takes it, whole ms each way: of an odd round trip the way back has the longer part. Its jitter has a mean of half a ms less than nothing
 * each way (see LinkDelay), so with jitter the two ways get one ms more.
 */
export function toxicDelay({ roundTripMs, jitterMs }: WayDelay): LinkDelay {
  const wholeMs = roundTripMs + (jitterMs > 0 ? 1 : 0)
  return { upMs: Math.floor(wholeMs / 2), downMs: Math.ceil(wholeMs / 2), jitterMs }
}

/** By what the proxies take, which is never more than all of it. */
export function shortened({ roundTripMs, jitterMs }: WayDelay, byMs: number): WayDelay {
  return { roundTripMs: Math.max(0, roundTripMs - byMs), jitterMs }
}

function wayOf({ roundTripMs, jitterMs }: Network['region']): WayDelay {
  return { roundTripMs: roundTripMs.value, jitterMs: jitterMs.value }
}

/** Delays add, and of independent jitters the variances. */
function oneAfterTheOther(first: WayDelay, second: WayDelay): WayDelay {
  return { roundTripMs: first.roundTripMs + second.roundTripMs, jitterMs: Math.round(Math.hypot(first.jitterMs, second.jitterMs)) }
}
