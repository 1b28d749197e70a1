/** Where the open model has no number: so many requests never got what they asked for that the value lies among them. */
export const notReached = 'not reached'
export type Reached = number | typeof notReached

/** What never came counts as slower than all that came: +Infinity inside calculations, in words outside. */
export function reached(value: number): Reached {
  return Number.isFinite(value) ? value : notReached
}

/** For what orders or draws: +Infinity where it was not reached. */
export function orInfinite(value: Reached): number {
  return value === notReached ? Number.POSITIVE_INFINITY : value
}
