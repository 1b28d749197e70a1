/**
 * Random numbers that a seed repeats: xoshiro128** 1.1 (Blackman and Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47, 2021;
 * https://prng.di.unimi.it), seeded by a generator of another kind, as its authors advise. pure-rand, which fast-check brings along, has the family too, but makes an object
 * per step in its pure form and is no dependency of ours; a bootstrap draws a hundred thousand numbers per interval.
 */
export class Random {
  readonly #state = new Uint32Array(4)

  /** @param seed whole, 0 to 2³²−1 */
  constructor(seed: number) {
    const next = splitmix32(seed)
    for (let at = 0; at < 4; at++) this.#state[at] = next()
  }

  /** @param state four words, as published test values have them; not all 0 */
  static ofState(state: readonly [number, number, number, number]): Random {
    const random = new Random(0)
    random.#state.set(state)
    return random
  }

  /** 0 to 2³²−1 */
  uint32(): number {
    const state = this.#state
    // Four words, always: the array is made with that length. Single variables, because this is the innermost loop of a resampled mean.
    const s0 = state[0] ?? 0
    const s1 = state[1] ?? 0
    const t2 = (state[2] ?? 0) ^ s0
    const t3 = (state[3] ?? 0) ^ s1
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
    state[0] = s0 ^ t3
    state[1] = s1 ^ t2
    state[2] = t2 ^ (s1 << 9)
    state[3] = rotateLeft(t3, 11)
    return result
  }

  /** Uniform in [0, 1), 53 bits. */
  fraction(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53
  }

  /** Uniform in 0 … `bound` − 1, but for a share of bound / 2³². */
  below(bound: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * bound)
  }
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

/** A counter (Weyl's sequence) through the finalizer of MurmurHash3: the 32-bit relative of the authors' splitmix64. Never four zeros, which would stay zeros. */
function splitmix32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    const once = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
    return (twice ^ (twice >>> 16)) >>> 0
  }
}
