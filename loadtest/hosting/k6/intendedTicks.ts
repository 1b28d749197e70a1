/**
 * The arrival that each iteration was for. k6 numbers the iterations that it begins, not those that it drops, so after a drop the number is too low.
 * An iteration begins at its arrival or, where the generator itself is late, after it; never before. So where some are missing, going back from the last,
 * each is for the latest arrival before its begin that no later one has taken: what is left over was dropped. Where none is missing that is
 * exact; else a generator that was more than a period late is seen as less late, by whole periods.
 *
 * @param iterations ascending
 * @param startsUs of the same iterations, since the first arrival
 * @returns ascending, each at least its iteration; those from `ticks` on belong to none
 */
export function intendedTicks(iterations: ArrayLike<number>, startsUs: ArrayLike<number>, periodUs: number, ticks: number): Int32Array {
  const found = new Int32Array(iterations.length)
  let above = Math.max(ticks, (iterations[iterations.length - 1] ?? 0) + 1)
  for (let i = iterations.length - 1; i >= 0; i--) {
    above = Math.max(iterations[i] ?? 0, Math.min(above - 1, Math.floor((startsUs[i] ?? 0) / periodUs)))
    found[i] = above
  }
  return found
}
