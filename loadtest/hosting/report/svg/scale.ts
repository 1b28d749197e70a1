/** From a value to a place in the picture. */
export interface Scale {
  (value: number): number
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
  readonly ticks: readonly number[]
}

type Pair = readonly [number, number]

/** A tenth of a pixel is enough, and keeps files small and the same everywhere. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}

export function linearScale(domain: Pair, range: Pair, wantedTicks = 5): Scale {
  return scaleOf(domain, range, (value) => value, linearTicks(domain, wantedTicks))
}

/** For what spans decades; its domain is above 0. */
export function logScale(domain: Pair, range: Pair): Scale {
  return scaleOf(domain, range, Math.log10, logTicks(domain))
}

/** For delays from 0 on: as a logarithm far from 0, nearly linear close to it. `ticks` are given, since they are the delays that matter. */
export function delayScale(domain: Pair, range: Pair, ticks: readonly number[]): Scale {
  return scaleOf(domain, range, (value) => Math.log10(1 + value), ticks)
}

function scaleOf(domain: Pair, range: Pair, transform: (value: number) => number, ticks: readonly number[]): Scale {
  const [from, to] = [transform(domain[0]), transform(domain[1])]
  const span = to - from || 1
  const place = (value: number): number => round(range[0] + ((transform(value) - from) / span) * (range[1] - range[0]))
  return Object.assign(place, { domain, range, ticks })
}

function linearTicks([low, high]: Pair, wanted: number): number[] {
  const rough = (high - low || 1) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power * 10
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step + 1e-9) - first + 1
  // Sums of a step would drift: 0.1 + 0.2.
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

function logTicks([low, high]: Pair): number[] {
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, index) => 10 ** (Math.floor(Math.log10(low)) + index))
  const factors = decades.length > 4 ? [1] : decades.length > 2 ? [1, 3] : [1, 2, 5]
  return decades.flatMap((decade) => factors.map((factor) => Number((decade * factor).toPrecision(6)))).filter((tick) => tick >= low && tick <= high)
}
