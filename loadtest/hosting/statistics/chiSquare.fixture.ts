/** Pearson's statistic of observed numbers 0 … outcomes − 1 against their probabilities; numbers expected fewer than five times count as one. */
export function chiSquare(observed: readonly number[], probability: (value: number) => number, outcomes: number): number {
  const counts = new Float64Array(outcomes)
  for (const value of observed) counts[value] = (counts[value] ?? 0) + 1
  let [statistic, rareSeen, rareExpected] = [0, 0, 0]
  for (const [value, seen] of counts.entries()) {
    const expected = observed.length * probability(value)
    if (expected >= 5) statistic += (seen - expected) ** 2 / expected
    else [rareSeen, rareExpected] = [rareSeen + seen, rareExpected + expected]
  }
  return rareExpected >= 1 ? statistic + (rareSeen - rareExpected) ** 2 / rareExpected : statistic
}
