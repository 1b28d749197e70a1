/** Numbers of three digits: 100 to 999. */
const PER_DECADE = 900
const SMALL = 1_000

/** To whole numbers, from 1,000 on to three significant digits: at most 0.5 % off. NaN stays. */
export function threeDigits(value: number): number {
  const step = stepAt(Math.abs(value))
  return Math.round(value / step) * step + 0 // −0 is 0
}

/**
 * The place of a number of three digits among all of them: 0 … 999, 1000, 1010 … 9990, 10000, 10100 … are 0, 1, 2 and so on; below 0 the same with a minus.
 * Places lie side by side where the numbers themselves would leave gaps, which a compressor of bytes does not see.
 */
export function placeOf(value: number): number {
  const size = Math.abs(value)
  if (Number.isNaN(value) || size < SMALL) return value
  const step = stepAt(size)
  return Math.sign(value) * (SMALL + (Math.round(Math.log10(step)) - 1) * PER_DECADE + size / step - 100)
}

/** Turns {@link placeOf} back. */
export function atPlace(place: number): number {
  const size = Math.abs(place)
  if (Number.isNaN(place) || size < SMALL) return place
  const beyond = size - SMALL
  return Math.sign(place) * (100 + (beyond % PER_DECADE)) * 10 ** (Math.floor(beyond / PER_DECADE) + 1)
}

function stepAt(size: number): number {
  return size < SMALL || !Number.isFinite(size) ? 1 : 10 ** (Math.floor(Math.log10(size)) - 2)
}
