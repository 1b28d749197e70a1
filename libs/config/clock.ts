/** Where a part of Brume gets its time from, so that a test sets it instead of sleeping. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z (Unix time, as `Date.now()`). */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** RFC 3339 in UTC with milliseconds, the form of every time in the API and in promises. */
export function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
