/**
 * Draws an order statistic of a resample without drawing the resample. How many of n draws (with replacement, from a sorted sample) fall on its first s values
 * is binomial(n, s / size), and given that, the draws on either side are again uniform and independent. So: take a pivot, draw for every sample how many of its
 * draws are not above it, keep the side that holds the wanted rank, and go on until one value is left. The distribution is exactly that of sorting each
 * resample; the cost is a few dozen binomial numbers instead of one random number per request. (For one sample this is the beta distribution of a uniform
 * order statistic: Devroye, Non-Uniform Random Variate Generation, 1986; the split carries it over to several samples.)
 */
export class OrderStatistic {
  readonly #samples: readonly Float64Array[]
  readonly #binomial: (trials: number, chance: number) => number
  /** Of each sample: the range of values on which its draws that are left fall, how many these are, and where the pivot splits both. */
  readonly #from: Uint32Array
  readonly #to: Uint32Array
  readonly #draws: Uint32Array
  readonly #splitAt: Uint32Array
  readonly #drawsBelow: Uint32Array

  /** @param samples each sorted, ascending, and not empty */
  constructor(samples: readonly Float64Array[], binomial: (trials: number, chance: number) => number) {
    this.#samples = samples
    this.#binomial = binomial
    const words = (): Uint32Array => new Uint32Array(samples.length)
    this.#from = words()
    this.#to = words()
    this.#draws = words()
    this.#splitAt = words()
    this.#drawsBelow = words()
  }

  /**
   * @param chosen how often each sample is drawn from, each time as often as it has values
   * @param rankOf the wanted rank, from 1, among so many draws
   */
  draw(chosen: Uint32Array, rankOf: (draws: number) => number): number {
    let rank = rankOf(this.#begin(chosen))
    for (;;) {
      const pivot = this.#pivot()
      if (pivot.last) return pivot.value
      const below = this.#split(pivot.value)
      this.#keep(rank <= below)
      if (rank > below) rank -= below
    }
  }

  #begin(chosen: Uint32Array): number {
    let count = 0
    for (const [at, sample] of this.#samples.entries()) {
      this.#from[at] = 0
      this.#to[at] = sample.length
      const draws = sample.length * (chosen[at] ?? 0)
      this.#draws[at] = draws
      count += draws
    }
    return count
  }

  /** Splits what is left so that both sides are smaller; `last` when all that is left is one value. */
  #pivot(): { readonly value: number; readonly last: boolean } {
    let [least, greatest, widest, width] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0]
    for (const [at, sample] of this.#samples.entries()) {
      const [from, to] = [this.#from[at] ?? 0, this.#to[at] ?? 0]
      if (this.#draws[at] === 0) continue
      const [first, last] = [sample[from] ?? 0, sample[to - 1] ?? 0]
      if (first < least) least = first
      if (last > greatest) greatest = last
      if (first < last && to - from > width) [widest, width] = [at, to - from]
    }
    if (least === greatest) return { value: least, last: true }
    return { value: widest === -1 ? least : this.#middle(widest), last: false }
  }

  /** The middle value of a range that holds different ones; not its greatest, which would split nothing off. */
  #middle(at: number): number {
    const sample = this.#samples[at] ?? new Float64Array()
    const [from, to] = [this.#from[at] ?? 0, this.#to[at] ?? 0]
    const middle = (from + to - 1) >>> 1
    const value = sample[middle] ?? 0
    return value < (sample[to - 1] ?? 0) ? value : (sample[firstNotBelow(sample, value, from, to) - 1] ?? 0)
  }

  /** How many draws are not above the pivot. */
  #split(pivot: number): number {
    let below = 0
    for (const [at, sample] of this.#samples.entries()) {
      const [from, to, draws] = [this.#from[at] ?? 0, this.#to[at] ?? 0, this.#draws[at] ?? 0]
      if (draws === 0) continue
      const splitAt = firstAbove(sample, pivot, from, to)
      const drawsBelow = this.#binomial(draws, (splitAt - from) / (to - from))
      this.#splitAt[at] = splitAt
      this.#drawsBelow[at] = drawsBelow
      below += drawsBelow
    }
    return below
  }

  #keep(lower: boolean): void {
    for (let at = 0; at < this.#draws.length; at++) {
      const [draws, drawsBelow, splitAt] = [this.#draws[at] ?? 0, this.#drawsBelow[at] ?? 0, this.#splitAt[at] ?? 0]
      if (draws === 0) continue
      this.#draws[at] = lower ? drawsBelow : draws - drawsBelow
      if (lower) this.#to[at] = splitAt
      else this.#from[at] = splitAt
    }
  }
}

function firstAbove(sorted: Float64Array, value: number, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] ?? 0) <= value) from = middle + 1
    else to = middle
  }
  return from
}

function firstNotBelow(sorted: Float64Array, value: number, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] ?? 0) < value) from = middle + 1
    else to = middle
  }
  return from
}
