import type { CloudSite } from '@brume/cloud'
import { waitUntil } from '@brume/testing'
import { globSync } from 'node:fs'
import { pause } from '../../traffic.ts'
import type { DrillLength, Evidence } from '../fault.ts'

const LIMIT_MS = 10_000

type ReplicaPlace = ReturnType<CloudSite['replica']>

/** One replica runs with a clock that is wrong by so many seconds (libfaketime), then with the right one again. */
export async function shiftClock(place: ReplicaPlace, seconds: number, mending: AsyncDisposableStack, length: DrillLength): Promise<Evidence> {
  mending.defer(() => place.restart().then(() => undefined))
  const offset = `${seconds >= 0 ? '+' : ''}${seconds}`
  // Only what tells the time is wrong: timers run on the monotonic clock, and that is right on a machine with a wrong date.
  await place.restart({ env: { LD_PRELOAD: libfaketime() ?? '', FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1', FAKETIME_FORCE_MONOTONIC_FIX: '0' } })
  const shownS = await waitUntil('the process tells a wrong time', async () => seen(await dateOf(place.part.url), seconds), { limitMs: LIMIT_MS })
  await pause(length.underLoadMs)
  return `${place.name}: its answers are dated ${offset} s (measured ${shownS} s)`
}

export function whyNoFaketime(): string | undefined {
  return libfaketime() === undefined ? 'needs libfaketime (apt-get install faketime)' : undefined
}

function libfaketime(): string | undefined {
  return globSync('/usr/lib/*/faketime/libfaketimeMT.so.1').at(0)
}

/** How far the `Date` of an answer is from our clock, s. */
async function dateOf(url: string): Promise<number> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(LIMIT_MS) })
  await answer.arrayBuffer()
  return (Date.parse(answer.headers.get('date') ?? '') - Date.now()) / 1_000
}

function seen(shownS: number, seconds: number): string | undefined {
  return Math.abs(shownS - seconds) < 60 ? shownS.toFixed(0) : undefined
}
