import type { Random } from './random.ts'

/** Below this mean, counting up is quicker than rejecting; above, Hörmann's bounds hold. */
const SMALL_MEAN = 10

/**
 * How many of `trials` succeed, each with `chance`: exact, not a normal approximation, in a time that does not grow with `trials`. Counting up where few
 * succeed (BINV), else transformed rejection (BTRS: Hörmann, The generation of binomial random variates, J. Statist. Comput. Simul. 46, 1993).
 */
export function binomial(trials: number, chance: number, random: Random): number {
  if (trials === 0 || chance <= 0) return 0
  if (chance >= 1) return trials
  if (chance > 0.5) return trials - binomial(trials, 1 - chance, random)
  return trials * chance < SMALL_MEAN ? countedUp(trials, chance, random) : rejected(trials, chance, random)
}

/** The inverse of the distribution function, from 0 up: P(k+1) = P(k) · (n−k)/(k+1) · p/q. */
function countedUp(trials: number, chance: number, random: Random): number {
  const odds = chance / (1 - chance)
  let left = random.fraction()
  let probability = (1 - chance) ** trials
  for (let successes = 0; successes < trials; successes++) {
    if (left < probability) return successes
    left -= probability
    probability *= (odds * (trials - successes)) / (successes + 1)
  }
  return trials
}

/** The names are the paper's. */
function rejected(n: number, p: number, random: Random): number {
  const spq = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * spq
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const quickAccept = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * spq
  const mode = Math.floor((n + 1) * p)
  for (;;) {
    const v = random.fraction()
    const u = random.fraction() - 0.5
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5)
    if (k < 0 || k > n) continue
    if (us >= 0.07 && v <= quickAccept) return k
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= logOfRatio(k, mode, n, p)) return k
  }
}

/** ln of P(k) / P(mode), by Stirling's formula. */
function logOfRatio(k: number, mode: number, n: number, p: number): number {
  const odds = p / (1 - p)
  return (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) + (n + 1) * Math.log((n - mode + 1) / (n - k + 1))
    + (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) + stirlingTail(mode) + stirlingTail(n - mode) - stirlingTail(k) - stirlingTail(n - k)
}

/** ln k! less Stirling's formula for k + 1. The series is off by less than 10⁻⁹ from 10 on; below that, the exact value. */
function stirlingTail(k: number): number {
  const next = k + 1
  if (k >= SMALL_TAILS) return (1 / 12 - (1 / 360 - 1 / 1260 / (next * next)) / (next * next)) / next
  return smallTails[k] ?? 0
}

const SMALL_TAILS = 10
const smallTails = Array.from({ length: SMALL_TAILS }, (_, k) => logFactorial(k) - (0.5 * Math.log(2 * Math.PI) + (k + 0.5) * Math.log(k + 1) - (k + 1)))

function logFactorial(k: number): number {
  return k < 2 ? 0 : Math.log(k) + logFactorial(k - 1)
}
