import type { Random } from './random.ts'

/** Box and Muller, A Note on the Generation of Random Normal Deviates, 1958. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
}

export interface Repeated {
  readonly repetitions: number
  readonly requests: number
  /** Of the logarithm, from request to request and from repetition to repetition. */
  readonly within: number
  readonly between: number
  /** µs */
  readonly median: number
}

/** Log-normal latencies, in µs, sorted, whose repetitions differ. */
export function latencySamples({ repetitions, requests, within, between, median }: Repeated, random: Random): Float64Array[] {
  return Array.from({ length: repetitions }, () => {
    const shift = Math.log(median) + between * normal(random)
    return Float64Array.from({ length: requests }, () => Math.exp(shift + within * normal(random))).sort()
  })
}
