/** How a value is guessed from those before it; what is stored is by how much the guess is off. `steps`: the last one and the last difference once more. */
export const guesses = ['nothing', 'last', 'steps'] as const
export type Guess = (typeof guesses)[number]

export interface CodedColumn {
  readonly guess: Guess
  /** Bytes of each value. */
  readonly width: number
  readonly bytes: Uint8Array
}

/** Code of a value that is not there. */
const MISSING = 0
/** Nine years in µs. A guess by steps may be three times as far away, its distance four times, folded eight: all below 2⁵³, where doubles are still exact. */
const LARGEST = 2 ** 48

/**
 * Whole numbers, NaN where there is none, as bytes that compress well. Each is the distance from a guess, folded to 0 or more (0, −1, 1, −2 … → 0, 1, 2, 3 …:
 * "zigzag", Protocol Buffers' encoding), one more than that because 0 says that there is none, and stands in planes: the lowest bytes of all values, then the
 * next ones (Blosc's "shuffle"), since high bytes are alike and low ones are not. The guess is the one that leaves the shortest numbers: constant rates want
 * `steps`, a queue that grows wants `last`, noise wants none.
 */
export function codeColumn(values: Float64Array): CodedColumn {
  const [first, ...others] = guesses.map((guess) => ({ guess, codes: codesOf(values, guess) }))
  if (!first) throw new RangeError('there is no way to guess')
  const { guess, codes } = others.reduce((best, other) => (bitsOf(other.codes) < bitsOf(best.codes) ? other : best), first)
  return columnOf(guess, codes)
}

/** By a guess that may not be the best one. */
export function codeBy(values: Float64Array, guess: Guess): CodedColumn {
  return columnOf(guess, codesOf(values, guess))
}

function columnOf(guess: Guess, codes: Float64Array): CodedColumn {
  const width = widthOf(codes)
  return { guess, width, bytes: planesOf(codes, width) }
}

export function decodeColumn({ guess, width, bytes }: CodedColumn): Float64Array {
  const size = bytes.length / width
  const values = new Float64Array(size)
  const track = new Track(guess)
  for (let at = 0; at < size; at++) {
    let code = 0
    for (let plane = width - 1; plane >= 0; plane--) code = code * 256 + (bytes[plane * size + at] ?? 0)
    values[at] = code === MISSING ? Number.NaN : track.pass(track.guess + unfolded(code - 1))
  }
  return values
}

function codesOf(values: Float64Array, guess: Guess): Float64Array {
  const track = new Track(guess)
  return values.map((value) => {
    if (Number.isNaN(value)) return MISSING
    if (!Number.isInteger(value) || Math.abs(value) > LARGEST) throw new RangeError(`${value} is no whole number of µs, or too large`)
    const distance = value - track.guess
    track.pass(value)
    return folded(distance) + 1
  })
}

/** What the values so far let expect; those that are not there do not count. */
class Track {
  readonly #by: Guess
  #last = 0
  #step = 0

  constructor(by: Guess) {
    this.#by = by
  }

  get guess(): number {
    if (this.#by === 'nothing') return 0
    return this.#by === 'last' ? this.#last : this.#last + this.#step
  }

  pass(value: number): number {
    this.#step = value - this.#last
    this.#last = value
    return value
  }
}

function folded(distance: number): number {
  return distance < 0 ? -2 * distance - 1 : 2 * distance
}

function unfolded(code: number): number {
  return code % 2 === 1 ? -(code + 1) / 2 : code / 2
}

function bitsOf(codes: Float64Array): number {
  return codes.reduce((bits, code) => bits + Math.log2(code + 1), 0)
}

function widthOf(codes: Float64Array): number {
  let width = 1
  for (const code of codes) while (code >= 256 ** width) width++
  return width
}

function planesOf(codes: Float64Array, width: number): Uint8Array {
  const bytes = new Uint8Array(codes.length * width)
  for (const [at, code] of codes.entries()) {
    let left = code
    for (let plane = 0; plane < width; plane++) {
      bytes[plane * codes.length + at] = left % 256
      left = Math.floor(left / 256)
    }
  }
  return bytes
}
