import { rowNames } from '../../measurements/cloud/rowNames.ts'
import { numberText } from '../formatted.ts'
import { markdownTable } from '../markdownTable.ts'
import { renewBlocks } from '../renewBlocks.ts'
import type { Results } from '../results.ts'
import { assumptions as a, SECONDS_PER_DAY } from './assumptions.ts'
import { figuresOf, type Figures } from './figures.ts'
import { limitsOf } from './limits.ts'
import { costPerMillion, needsAt, type Needs } from './needs.ts'

const DECADES = [100, 1_000, 10_000, 100_000, 1_000_000]

/** docs/scaling.md: the words are written by hand, every table comes from a run. */
export function scalingPage(present: string, results: Results): string {
  const figures = figuresOf(results)
  const needs = DECADES.map((rate) => needsAt(rate, figures, a))
  return renewBlocks(present, {
    source: `Measured on ${results.machine.date} at commit ${results.machine.commit} by \`npm run bench -- --profile cloud --write\`: ${results.machine.cpu}, ${results.machine.cores} cores.`,
    measured: measuredTable(results),
    variables: variablesTable(figures),
    limits: markdownTable(['one …', 'is enough up to', 'formula', 'after that'], limitsOf(figures, a).map(({ what, rate, formula, answer }) => [what, `${rounded(rate)}/s`, formula, answer])),
    decades: decadesTable(needs, figures),
    bytes: bytesTable(needs),
    cost: costTable(figures),
  })
}

/** Each series, and each value as a multiple of the first. */
function measuredTable({ rows }: Results): string {
  const series: [string, (count: number) => string][] = [
    ['ingest replicas: accepted alone', rowNames.accepted],
    ['ledger replicas, 3 partitions: sequenced alone', rowNames.sequenced],
    ['partitions with readings, 3 ledger replicas: sequenced alone', rowNames.sequencedInPartitions],
    ['brokers and copies: accepted alone by 1 × ingest', rowNames.acceptedWithBrokers],
    ['brokers and copies: CPU of all brokers per reading', rowNames.brokersUs],
    ['brokers and copies: produced alone, batches of 100', rowNames.produced],
    ['brokers and copies: one message at 500/s, p50', rowNames.producedMs],
  ]
  return markdownTable(['one more of', '1', '2', '3'], series.map(([what, nameOf]) => {
    const found = [1, 2, 3].map((count) => rows.find(({ name }) => name === nameOf(count)))
    return [what, ...found.map((row) => (row ? `${numberText(row.value)} ${row.unit} (× ${(row.value / (found[0]?.value ?? row.value)).toFixed(2)})` : 'no row'))]
  }))
}

function variablesTable(f: Figures): string {
  const { prices } = a
  const row = (name: string, value: number, unit: string, source: string): string[] => [name, `${numberText(value)} ${unit}`, source]
  return markdownTable(['name', 'value', 'source'], [
    row('I', f.ingestRate, 'readings/s', rowNames.accepted(1)),
    row('P', f.partitionRate, 'readings/s', rowNames.sequencedInPartitions(1)),
    row('a', f.acceptUs, 'µs', rowNames.acceptUs(1)),
    row('s', f.sequenceUs, 'µs', rowNames.sequenceUs(1)),
    row('d', f.databaseUs, 'µs', rowNames.sequenceDatabaseUs(1)),
    row('b', f.brokersUs, 'µs', rowNames.brokersUs(3)),
    row('e', f.edgeUs, 'µs', rowNames.edgeUs),
    row('g', f.enginesUs, 'µs', rowNames.enginesUs),
    row('Q', f.requestBytes, 'bytes', rowNames.requestBytes),
    row('A', f.answerBytes, 'bytes', rowNames.answerBytes),
    row('L', f.logBytes, 'bytes', rowNames.logBytes),
    row('D', f.databaseBytes, 'bytes', rowNames.databaseBytes),
    row('W', f.walBytes, 'bytes', rowNames.walBytes),
    ['u', String(a.utilisation), 'assumed: how busy anything may be on average'],
    ['B', `${a.volumeBytesPerSecond / 1e6} MB/s`, 'assumed: what one volume takes'],
    ['V', `${a.volumeBytes / 1e12} TB`, 'assumed: what one volume holds'],
    ['T', `${a.daysKept} days`, 'assumed: for so long everything lies on the volumes'],
    ['N', `${a.networkBytesPerSecond / 1e6} MB/s`, 'assumed: 10 Gbit/s each way'],
    ['cores', String(a.databaseCores), 'assumed: of the largest machine for one database'],
    ['p_cpu', String(prices.cpuHour), 'assumed: price of a core for an hour'],
    ['p_disk', String(prices.gbMonth), 'assumed: price of a GB for a month'],
    ['p_net', String(prices.gbOut), 'assumed: price of a GB that leaves the cloud'],
  ])
}

function decadesTable(needs: readonly Needs[], figures: Figures): string {
  const limits = limitsOf(figures, a)
  const head = ['readings/s', 'first bottleneck on the way from a tenth', 'partitions = ledger replicas', 'ingest replicas', 'cores: services', 'brokers', 'database', 'edge', 'deployments']
  return markdownTable(head, needs.map(({ rate, partitions, ingestReplicas, cores, deployments }) => {
    const first = limits.find((limit) => limit.rate > rate / 10 && limit.rate <= rate)
    const fullAfterDays = a.volumeBytes / (rate * SECONDS_PER_DAY * figures.databaseBytes)
    const numbers = [partitions, ingestReplicas, cores.services, cores.brokers, cores.database, cores.edge, deployments]
    return [numberText(rate), first ? `${first.what}, at ${rounded(first.rate)}/s` : `room: the database's volume is full after ${rounded(fullAfterDays)} days`, ...numbers.map(rounded)]
  }))
}

function bytesTable(needs: readonly Needs[]): string {
  const head = ['readings/s', 'into the edge', 'out of it', 'into the log, one copy', 'write-ahead log', 'log, a day, 3 copies', 'database, a day, 2 copies']
  return markdownTable(head, needs.map(({ rate, edgeIn, edgeOut, logIn, walOut, logPerDay, databasePerDay }) =>
    [numberText(rate), ...[edgeIn, edgeOut, logIn, walOut].map((bytes) => `${bytesText(bytes)}/s`), ...[logPerDay, databasePerDay].map(bytesText)]))
}

function costTable(figures: Figures): string {
  const { cpu, disks, network } = costPerMillion(figures, a)
  return markdownTable(['what', 'formula', 'for a million readings'], [
    ['CPU', '(a + s + b + d + e + g) / 3,600 / u · p_cpu', cpu.toFixed(4)],
    ['disks, each month that they are kept', '(3 L + 2 D) / 1,000 · p_disk', disks.toFixed(4)],
    ['network out', 'A / 1,000 · p_net', network.toFixed(4)],
    ['the first month', '', (cpu + disks + network).toFixed(4)],
    ['each further month', '', disks.toFixed(4)],
  ])
}

const SMALLEST = ['kB', 1e3] as const
const UNITS = [['PB', 1e15], ['TB', 1e12], ['GB', 1e9], ['MB', 1e6], SMALLEST] as const

function bytesText(bytes: number): string {
  const [unit, factor] = UNITS.find(([, least]) => bytes >= least) ?? SMALLEST
  return `${rounded(bytes / factor)} ${unit}`
}

/** Two digits that count: more would claim more than was measured. */
function rounded(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : Number(value.toPrecision(2)).toLocaleString('en')
}
