import { listText, numberText, percentText } from '../markup/format.ts'

export interface AnchoredShare {
  readonly placement: string
  readonly writeMode: string
  readonly load: number
  readonly networks: readonly { readonly network: string; readonly networkMs: number; readonly meanMs: number; readonly largest: string; readonly largestMs: number }[]
}

/** Until the final anchor the network is one part of seven, and seldom the largest. */
export function anchoredShareSentence({ placement, writeMode, load, networks }: AnchoredShare): string {
  const each = networks.map(({ network, networkMs, meanMs, largest, largestMs }) => `${percentText(networkMs / meanMs)} of ${numberText(meanMs / 1_000)} s on ${network} (the largest part is ${largest} with ${percentText(largestMs / meanMs)})`)
  return `${placement}, ${writeMode}, at ${percentText(load)} of its capacity: until the final anchor the way up the network is ${listText(each)}, in the mean.`
}
