import { BrokerCluster } from '@brume/testing'
import { ENTRIES } from '@brume/event-log'
import type { BenchContext, Measurement } from '../../measurement.ts'
import { ProduceProbe } from '../../probes/brokerProduce.ts'
import { reported, type Row } from '../../row.ts'
import type { BoundDevice } from '../../site/benchSite.ts'
import { brokerSettings, CloudBenchSite } from '../../site/cloudBenchSite.ts'
import { runLoad } from '../../site/loadRound.ts'
import { runSteps, type StepRound } from '../../site/stepRound.ts'
import { median, percentile } from '../../statistics.ts'
import { rowNames } from './rowNames.ts'

const MOST = 3
const DEVICES_PER_CHAIN = 2
const ROUNDS = 3
const ONE_EACH = { auth: 1, ingest: 1, ledger: 1 }
const PRODUCE_PER_SECOND = 500

/**
 * What one more of each buys. Two cores are not a cluster, so each step is measured alone: accepting while the ledgers stand still, then sequencing while
 * nothing comes in (see runSteps); the machine is for that step. With ingest replicas added, then ledger replicas over three partitions, then the same three
 * ledger replicas with one partition and two; last the brokers: one that flushes each batch, then clusters with two and three copies, two in sync.
 */
export const scaling: Measurement = {
  name: 'scaling',
  what: 'what one more partition, replica and broker buys',
  async measure(context) {
    return [...(await withOneBroker(context)), ...(await withBrokers(2, context)), ...(await withBrokers(3, context))]
  },
}

async function withOneBroker(context: BenchContext): Promise<Row[]> {
  await using site = await CloudBenchSite.start(context.folder, { ...context, replicas: ONE_EACH, partitions: MOST })
  const devices = await site.chainsWithDevices(MOST, DEVICES_PER_CHAIN)
  const ingest = await eachCount((count) => stepsWith(site, 'ingest', count, devices, context))
  await site.scale('ingest', 1)
  const ledger = await eachCount((count) => stepsWith(site, 'ledger', count, devices, context))
  const chains = [...new Set(devices.map(({ chainId }) => chainId))]
  const partitions = await eachCount((count) => rounds(site, devices.filter(({ chainId }) => chains.indexOf(chainId) < count), context))
  return [
    ...ingest.flatMap((steps, i) => acceptRows(steps, i + 1)),
    ...ledger.flatMap((steps, i) => sequenceRows(steps, i + 1)),
    ...partitions.map((steps, i) => rateRow(rowNames.sequencedInPartitions(i + 1), steps)),
    ...(await brokerRows(site, ingest[0] ?? [], 1, context)),
  ]
}

async function withBrokers(count: number, context: BenchContext): Promise<Row[]> {
  await using brokers = await BrokerCluster.start(count, brokerSettings, context)
  await using site = await CloudBenchSite.start(context.folder, { ...context, replicas: ONE_EACH, partitions: MOST, brokers })
  const devices = await site.chainsWithDevices(MOST, DEVICES_PER_CHAIN)
  await runLoad(site, devices, context.quick ? 600 : 6_000)
  return await brokerRows(site, await rounds(site, devices, context), count, context)
}

async function eachCount<T>(measure: (count: number) => Promise<T>): Promise<T[]> {
  const measured: T[] = []
  for (let count = 1; count <= MOST; count++) measured.push(await measure(count))
  return measured
}

async function stepsWith(site: CloudBenchSite, service: 'ingest' | 'ledger', count: number, devices: readonly BoundDevice[], context: BenchContext): Promise<StepRound[]> {
  await site.scale(service, count)
  await runLoad(site, devices, context.quick ? 600 : 6_000) // all have their partitions, and are warm
  context.progress(`${count} × ${service}`)
  return rounds(site, devices, context)
}

async function rounds(site: CloudBenchSite, devices: readonly BoundDevice[], { quick, progress }: BenchContext): Promise<StepRound[]> {
  const measured: StepRound[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const round = await runSteps(site, devices, quick ? 1_200 : 36_000)
    progress(`accepted ${Math.round(round.acceptedPerSecond)}/s, sequenced ${Math.round(round.sequencedPerSecond)}/s`)
    measured.push(round)
  }
  return measured
}

function acceptRows(steps: readonly StepRound[], ingest: number): Row[] {
  return [
    reported({ name: rowNames.accepted(ingest), value: steps.map(({ acceptedPerSecond }) => acceptedPerSecond), unit: 'readings/s' }),
    reported({ name: rowNames.acceptUs(ingest), value: steps.map(({ acceptUs }) => acceptUs.services), unit: 'µs' }),
  ]
}

function sequenceRows(steps: readonly StepRound[], ledger: number): Row[] {
  return [
    rateRow(rowNames.sequenced(ledger), steps),
    reported({ name: rowNames.sequenceUs(ledger), value: steps.map(({ sequenceUs }) => sequenceUs.services), unit: 'µs' }),
    reported({ name: rowNames.sequenceDatabaseUs(ledger), value: steps.map(({ sequenceUs }) => sequenceUs.database), unit: 'µs' }),
  ]
}

function rateRow(name: string, steps: readonly StepRound[]): Row {
  return reported({ name, value: steps.map(({ sequencedPerSecond }) => sequencedPerSecond), unit: 'readings/s' })
}

async function brokerRows(site: CloudBenchSite, steps: readonly StepRound[], brokers: number, { quick, progress }: BenchContext): Promise<Row[]> {
  await using probe = await ProduceProbe.start(site.bootstrap, `brume.${ENTRIES}`)
  await probe.produceAll(quick ? 1_000 : 20_000) // warms up
  const produced = [await probe.produceAll(quick ? 1_000 : 100_000), await probe.produceAll(quick ? 1_000 : 100_000)]
  const timings = await probe.produceAtRate(quick ? 250 : 2_500, PRODUCE_PER_SECOND)
  progress(`${brokers} × broker: ${Math.round(median(produced))} messages/s`)
  return [
    reported({ name: rowNames.acceptedWithBrokers(brokers), value: steps.map(({ acceptedPerSecond }) => acceptedPerSecond), unit: 'readings/s', note: '1 × ingest' }),
    reported({ name: rowNames.brokersUs(brokers), value: steps.map(({ acceptUs }) => acceptUs.broker), unit: 'µs', note: 'all brokers together' }),
    reported({ name: rowNames.produced(brokers), value: produced, unit: 'messages/s', note: 'kafkajs, batches of 100 × 614 bytes, 16 under way' }),
    reported({ name: rowNames.producedMs(brokers), value: percentile(timings.map(({ latencyMs }) => latencyMs), 0.5), unit: 'ms' }),
  ]
}
