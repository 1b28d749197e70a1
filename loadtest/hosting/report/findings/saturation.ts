import { listText, percentText } from '../markup/format.ts'

export interface PastSaturation {
  readonly placement: string
  readonly load: number
  readonly networks: readonly { readonly network: string; readonly unsteady: number; readonly repetitions: number }[]
}

/** Beyond its capacity a placement has no p95 to compare: whatever is measured grows with the time of measuring. Undefined where that was not seen. */
export function saturationSentence({ placement, load, networks }: PastSaturation): string | undefined {
  const unsteady = networks.filter((one) => one.unsteady === one.repetitions && one.repetitions > 0)
  if (unsteady.length === 0) return undefined
  return `${placement} at ${percentText(load)} of its capacity was steady in no repetition on ${listText(unsteady.map(({ network }) => network))}: it has no p95 to compare there.`
}
