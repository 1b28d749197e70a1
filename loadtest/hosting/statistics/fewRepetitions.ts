/** So many degrees of freedom are a normal distribution, to four digits. */
const NORMAL = 10_000
const BISECTIONS = 60

/**
 * By how much the arms of a bootstrap interval are too short when there are only a few repetitions: resampling n values spreads (n−1)/n of their variance, and
 * a variance that is itself guessed from n values asks for Student's t instead of the normal (the narrowness bias: Hesterberg, What Teachers Should Know About
 * the Bootstrap, The American Statistician 69, 2015). 1.44 for six, 9.2 for two.
 */
export function armFactor(repetitions: number, level: number): number {
  if (repetitions < 2) throw new RangeError('one repetition says nothing about the next one')
  return (studentT(repetitions - 1, level) * Math.sqrt(repetitions / (repetitions - 1))) / studentT(NORMAL, level)
}

/** The t within ± of which lies `level` of Student's distribution. */
export function studentT(degrees: number, level: number): number {
  let [low, high] = [0, Math.PI / 2]
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2
    if (central(degrees, middle) < level) low = middle
    else high = middle
  }
  return Math.sqrt(degrees) * Math.tan(low)
}

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: the probability within ±t, for θ = atan(t / √degrees). */
function central(degrees: number, theta: number): number {
  const odd = degrees % 2 === 1
  if (degrees === 1) return (2 * theta) / Math.PI
  const cosine = Math.cos(theta)
  let term = odd ? cosine : 1
  let series = term
  for (let power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= ((power - 1) / power) * cosine * cosine
    series += term
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * series) : Math.sin(theta) * series
}
