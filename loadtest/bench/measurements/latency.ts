import { requireAcceptedSingles } from '../load/accepted.ts'
import { sendAtRate } from '../load/openLoop.ts'
import { singleRequest } from '../load/requests.ts'
import type { Measurement } from '../measurement.ts'
import { probeFsync } from '../probes/fsync.ts'
import { atMost, reported } from '../row.ts'
import { turn } from '../site/batches.ts'
import { signed, type BoundDevice } from '../site/benchSite.ts'
import { FogSite } from '../site/fogSite.ts'
import { median, percentile } from '../statistics.ts'

const DEVICES = 10
const PER_SECOND = 500
const ALLOWED_MS = 2

/**
 * One reading per request at 500 requests/s, sent at times that are fixed beforehand (open model). The latency runs from the intended time to
 * the last byte of the answer, which holds the promise. An fsync is a write of 4,096 bytes with fdatasync on the same disk, before and after.
 */
export const latency: Measurement = {
  name: 'latency',
  what: 'time to the promise at 500 requests/s',
  async measure({ folder, quick, progress }) {
    await using site = await FogSite.start(folder)
    const devices = await site.devices(await site.chain(), DEVICES)
    await sendAtRate(site.port, requestsOf(devices, quick ? 250 : 2_500), PER_SECOND) // warms up
    const requests = requestsOf(devices, quick ? 500 : 15_000)
    const before = probeFsync(folder)
    progress(`${requests.length} requests at ${PER_SECOND}/s`)
    const answers = await sendAtRate(site.port, requests, PER_SECOND)
    const fsyncMs = median([...before, ...probeFsync(folder)])
    requireAcceptedSingles(answers)
    const latencies = answers.map(({ latencyMs }) => latencyMs)
    return [
      reported({ name: 'fsync, p50', value: fsyncMs, unit: 'ms', note: 'write of 4,096 bytes and fdatasync on the same disk' }),
      atMost(fsyncMs + ALLOWED_MS, { name: 'one reading per request at 500/s, p50 to the promise', value: median(latencies), unit: 'ms', note: `asked: fsync p50 + ${ALLOWED_MS} ms; ${answers.length} requests` }),
      reported({ name: 'the same, p99', value: percentile(latencies, 0.99), unit: 'ms' }),
      reported({ name: 'the same, p99.9', value: percentile(latencies, 0.999), unit: 'ms' }),
      reported({ name: 'of it, lateness of the generator, p50', value: median(answers.map(({ lateMs }) => lateMs)), unit: 'ms' }),
    ]
  },
}

function requestsOf(devices: readonly BoundDevice[], count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => signed(turn(devices, i), 1).map(singleRequest)).flat()
}
