import { ENTRIES } from '@brume/event-log'
import { requireAcceptedSingles } from '../../load/accepted.ts'
import { sendAll } from '../../load/closedLoop.ts'
import { sendAtRate, type Timing } from '../../load/openLoop.ts'
import { singleRequest } from '../../load/requests.ts'
import type { Measurement } from '../../measurement.ts'
import { ProduceProbe } from '../../probes/brokerProduce.ts'
import { atMost, reported, type Row } from '../../row.ts'
import { turn } from '../../site/batches.ts'
import { signed, type BoundDevice } from '../../site/benchSite.ts'
import { CloudBenchSite, PARTITIONS } from '../../site/cloudBenchSite.ts'
import { median, percentile } from '../../statistics.ts'

const DEVICES_PER_CHAIN = 3
const PER_SECOND = 500
const ROUNDS = 5
const ALLOWED_MS = 5
const WARMING_IN_FLIGHT = 8
const TOPIC = `brume.${ENTRIES}`

/**
 * One reading per request at 500 requests/s through the edge, sent at times that are fixed beforehand (open model); the latency runs from the intended
 * time to the last byte of the answer, which holds the promise. In turn with it, at the same rate in the same way: the broker's own produce (see
 * ProduceProbe). Percentiles are of each round.
 */
export const latency: Measurement = {
  name: 'latency',
  what: 'time to the promise at 500 requests/s, and the broker\'s own',
  async measure(context) {
    const { folder, quick, progress } = context
    await using site = await CloudBenchSite.start(folder, context)
    const devices = await site.chainsWithDevices(PARTITIONS, DEVICES_PER_CHAIN)
    await using probe = await ProduceProbe.start(site.bootstrap, TOPIC)
    const count = quick ? 500 : 5_000
    const [produced, promised] = [new Array<Timing[]>(), new Array<Timing[]>()]
    requireAcceptedSingles(await sendAll(site.port, singles(devices, count), WARMING_IN_FLIGHT)) // at its own speed: a cold start must not pile up
    // And once as it is measured: what runs seldom is compiled late, and the first round was twice as slow as those after it.
    await probe.produceAtRate(count, PER_SECOND)
    await promiseRound(site, devices, count)
    for (let i = 0; i < ROUNDS; i++) {
      produced.push(await probe.produceAtRate(count, PER_SECOND))
      promised.push(await promiseRound(site, devices, count))
      progress(`round ${i + 1} of ${ROUNDS}: produce p50 ${ofEach(produced, 0.5)[i]?.toFixed(2)} ms, promise p50 ${ofEach(promised, 0.5)[i]?.toFixed(2)} ms`)
    }
    return rowsOf(produced, promised)
  },
}

async function promiseRound(site: CloudBenchSite, devices: readonly BoundDevice[], count: number): Promise<Timing[]> {
  const answers = await sendAtRate(site.port, singles(devices, count), PER_SECOND)
  requireAcceptedSingles(answers)
  return answers
}

function singles(devices: readonly BoundDevice[], count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => signed(turn(devices, i), 1).map(singleRequest)).flat()
}

function rowsOf(produced: readonly Timing[][], promised: readonly Timing[][]): Row[] {
  const brokerMs = median(ofEach(produced, 0.5))
  return [
    reported({ name: 'broker\'s own produce at 500/s, p50', value: ofEach(produced, 0.5), unit: 'ms', note: `kafkajs, acks=-1, one 300-byte message per send; ${produced.flat().length} messages` }),
    atMost(brokerMs + ALLOWED_MS, { name: 'one reading per request at 500/s, p50 to the promise', value: ofEach(promised, 0.5), unit: 'ms', note: `asked: the broker's p50 + ${ALLOWED_MS} ms; ${promised.flat().length} requests` }),
    reported({ name: 'broker\'s own produce, p99', value: ofEach(produced, 0.99), unit: 'ms' }),
    reported({ name: 'to the promise, p99', value: ofEach(promised, 0.99), unit: 'ms' }),
    reported({ name: 'broker\'s own produce, lateness of the generator, p50', value: latenessOf(produced), unit: 'ms' }),
    reported({ name: 'to the promise, lateness of the generator, p50', value: latenessOf(promised), unit: 'ms' }),
  ]
}

function ofEach(rounds: readonly Timing[][], share: number): number[] {
  return rounds.map((timings) => percentile(timings.map(({ latencyMs }) => latencyMs), share))
}

function latenessOf(rounds: readonly Timing[][]): number[] {
  return rounds.map((timings) => median(timings.map(({ lateMs }) => lateMs)))
}
