import type { Acknowledged, Device, Measurement, Payload, WriteMode } from '@brume/client'
import { SENML_JSON, senmlPack } from '@brume/client'
import type { DemoSite, Station } from './demoSite.ts'
import { startProgress } from './progress.ts'

/** Readings that a station signs before it sends them in one request. */
const SLICE = 250
const PAUSE_MS = 100
/** Longest that a station tries to get rid of what it has signed. */
const DELIVERY_LIMIT_MS = 60_000

/** What was promised, reading by reading. */
export type Promised = readonly (Acknowledged & { readonly station: Station })[]

/** Sends `count` measurements of each station to one of the chains, all stations side by side. */
export async function replay({ stations }: Pick<DemoSite, 'stations'>, writeMode: WriteMode, count: number): Promise<Promised> {
  const progress = startProgress(`readings to the ${writeMode} chain`, count * stations.length)
  let done = 0
  const advance = (more: number): void => progress.to((done += more))
  try {
    const promised = await Promise.all(stations.map((station) => replayOne(station, writeMode, count, advance)))
    return promised.flat()
  } finally {
    progress.stop()
  }
}

async function replayOne(station: Station, writeMode: WriteMode, count: number, advance: (more: number) => void): Promise<Promised> {
  const { sensor, identity, on } = station
  const promised: (Acknowledged & { station: Station })[] = []
  for (let at = 0; at < count; at += SLICE) {
    const slice = sensor.measurements.slice(at, Math.min(at + SLICE, count))
    await on[writeMode].sign(slice.map((measurement) => payloadOf(identity.id, measurement)))
    const acknowledged = await sendAll(on[writeMode])
    promised.push(...acknowledged.map((reading) => ({ ...reading, station })))
    advance(acknowledged.length)
  }
  return promised
}

function payloadOf(deviceId: string, measurement: Measurement): Payload {
  return { content: senmlPack({ bn: `urn:uuid:${deviceId}:` }, [measurement]), cty: SENML_JSON }
}

/** Until nothing is unsent. A device that was just bound may be unknown to ingest for a moment; a refusal for good ends the demo. */
async function sendAll(device: Device): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = []
  const endMs = performance.now() + DELIVERY_LIMIT_MS
  for (;;) {
    const delivery = await device.send()
    acknowledged.push(...delivery.acknowledged)
    const [refused] = delivery.refused
    if (refused) throw new Error(`a reading was refused: ${refused.problem.title} ${refused.problem.detail ?? ''}`)
    if (device.unsent.length === 0) return acknowledged
    if (performance.now() > endMs) throw new Error(`${device.unsent.length} readings were not taken within ${DELIVERY_LIMIT_MS / 1_000} s: ${delivery.waiting[0]?.problem.title ?? 'no reason given'}`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
