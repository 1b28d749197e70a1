import { listText, msText, percentText } from '../markup/format.ts'
import type { Estimate } from '../digest/estimate.ts'
import { notDecided } from './finding.ts'

export interface ShareOnNetwork {
  readonly network: string
  /** Median over requests of the network's share of each. */
  readonly share: Estimate | undefined
  readonly p50Ms: number | undefined
}

export interface NetworkShare {
  readonly placement: string
  readonly writeMode: string
  readonly load: number
  readonly networks: readonly ShareOnNetwork[]
}

/** How much of a request's time is the network, in one placement at one load. */
export function networkShareSentence({ placement, writeMode, load, networks }: NetworkShare): string {
  const where = `${placement}, ${writeMode}, at ${percentText(load)} of its capacity`
  const known = networks.flatMap(({ network, share, p50Ms }) => (share === undefined ? [] : [knownText(network, share, p50Ms)]))
  const unknown = networks.filter(({ share }) => share === undefined).map(({ network }) => network)
  if (known.length === 0) return `${where}: ${notDecided}.`
  return `${where}: the network's share of a request is ${listText(known)}${unknown.length === 0 ? '' : `; on ${listText(unknown)} ${notDecided}`}.`
}

function knownText(network: string, { value, low, high }: Estimate, p50Ms: number | undefined): string {
  return `${percentText(value)} (${percentText(low)} to ${percentText(high)}) on ${network}${p50Ms === undefined ? '' : ` with a p50 of ${msText(p50Ms)}`}`
}
