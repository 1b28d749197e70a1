/** The values of all samples as one, sorted. */
export function pooled(samples: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(samples.reduce((count, { length }) => count + length, 0))
  let at = 0
  for (const sample of samples) {
    all.set(sample, at)
    at += sample.length
  }
  return all.sort()
}
