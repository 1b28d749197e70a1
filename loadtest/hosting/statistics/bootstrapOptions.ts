export interface BootstrapOptions {
  /** 1,000 if not said. */
  readonly resamples?: number | undefined
  /** Whole, 0 to 2³²−1: the same seed gives the same interval. 1 if not said. */
  readonly seed?: number | undefined
  /** How often intervals so made hold the true value; 0.95 if not said. */
  readonly level?: number | undefined
}

/** With what was not said. */
export function settled({ resamples = 1_000, seed = 1, level = 0.95 }: BootstrapOptions): { readonly resamples: number; readonly seed: number; readonly level: number } {
  return { resamples, seed, level }
}
