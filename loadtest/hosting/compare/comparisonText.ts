import { relative, type Interval, type Reached } from '../statistics/index.ts'
import type { ComparedCapacity, ComparedCondition, ComparedPercentile, Comparison } from './compareRuns.ts'
import { table } from './textTable.ts'

/** For a terminal: first what may be the reason for a change, last what the changes come to in words. */
export function comparisonText(comparison: Comparison): string {
  const { caveats, capacities, compared, incomparable } = comparison
  const sections = [
    section('What differs besides the figures', caveats.map((line) => `  ${line}`)),
    section('Capacity, requests/s', capacityTable(capacities)),
    section('Latency: first run, second run, each with its interval', conditionTable(compared)),
    section('Not compared', incomparable.map(({ id, why }) => `  ${id}: ${why}`)),
    inWords(comparison),
  ]
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines].join('\n')
}

function capacityTable(capacities: readonly ComparedCapacity[]): string[] {
  const rows = capacities.map(({ capacity: { placement, writeMode, workload }, perS: [before, after], apart }) => [`${placement} ${writeMode} ${workload}`, rateText(before), rateText(after), percentText(after / before - 1), apart ? 'blocks do not overlap' : ''])
  return rows.length === 0 ? [] : table(['of', 'first', 'second', 'change', ''], rows)
}

function conditionTable(conditions: readonly ComparedCondition[]): string[] {
  const rows = conditions.flatMap(({ id, offeredPerS, percentiles }) => percentiles.map((percentile, at) => [
    at === 0 ? id : '', at === 0 ? offeredPerS.map(rateText).join(' → ') : '', percentile.name, intervalText(percentile.first), intervalText(percentile.second), changeText(percentile),
  ]))
  return rows.length === 0 ? [] : table(['condition', 'requests/s', '', 'first', 'second', 'change'], rows)
}

function changeText({ change, difference, first }: ComparedPercentile): string {
  if (change === undefined) return 'none beyond noise'
  const share = relative(difference, first.value)
  return share === 'not reached' ? change : `${change}, ${percentText(share)}`
}

/** A test that is wrong in one of twenty cases is so in some of a hundred: how many such changes chance alone would make is said with them. */
function inWords({ compared, level }: Comparison): string {
  const all = compared.flatMap(({ percentiles }) => percentiles)
  if (all.length === 0) return 'Nothing could be compared.'
  const [faster, slower] = (['faster', 'slower'] as const).map((change) => all.filter((one) => one.change === change).length)
  const chance = `Of ${all.length} percentiles, ${chanceText((1 - level) * all.length)} would seem to have changed by chance alone.`
  if (!faster && !slower) return `No percentile changed beyond noise. ${chance}`
  return `Of ${all.length} compared percentiles, in the second run ${faster} were faster and ${slower} slower beyond noise. ${chance}${ratesText(compared)}`
}

function chanceText(expected: number): string {
  return expected < 1 ? 'less than one' : `about ${Math.round(expected)}`
}

function ratesText(compared: readonly ComparedCondition[]): string {
  const other = compared.filter(({ offeredPerS: [before, after] }) => Math.abs(after / before - 1) > 0.05).length
  return other === 0 ? '' : ` ${other} of ${compared.length} conditions ran at another rate (by more than 5 %), because their loads are shares of another capacity.`
}

function intervalText({ value, low, high }: Interval): string {
  return `${msText(value)} (${msText(low)} to ${msText(high)})`
}

function msText(us: Reached): string {
  return us === 'not reached' ? us : `${Number((us / 1_000).toPrecision(3))} ms`
}

function rateText(perS: number): string {
  return String(Number(perS.toPrecision(3)))
}

function percentText(share: number): string {
  return `${share > 0 ? '+' : ''}${Number((share * 100).toPrecision(2))} %`
}
