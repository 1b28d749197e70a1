/**
 * The kernel gives a group its share of CPU time anew in every period, µs. With its default of 100 ms a busy quarter of a core stands still for 75 ms of each,
 * and that would be what one measures: no small box does so. With 10 ms it is 7.5 ms, which still leans against the small box, and the report says so. Less
 * would not help: the kernel takes a quota back in its ticks of 1 to 4 ms, and quota and period are at least 1 ms (kernel documentation, scheduler/sched-bwc).
 */
export const PERIOD_US = 10_000

/** @throws RangeError for what the system's CPUs cannot give */
export function requireCores(cores: number, cpus: number): void {
  if (!(cores > 0)) throw new RangeError(`${cores} cores are none`)
  if (cores > cpus) throw new RangeError(`the system under test has ${cpus} of this machine's CPUs: it cannot be given ${cores} cores`)
}

/** Of each period, µs. */
export function quotaUs(cores: number): number {
  return Math.max(1_000, Math.round(cores * PERIOD_US))
}
