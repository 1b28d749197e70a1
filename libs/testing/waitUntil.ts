export interface UntilOptions {
  /** Longest wait, ms. */
  readonly limitMs: number
  /** Between two looks, ms (default 50). */
  readonly everyMs?: number
}

/** Looks until there is something. Throws at the limit, with what was waited for and the last error of the look. */
export async function waitUntil<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, { limitMs, everyMs = 50 }: UntilOptions): Promise<T> {
  const endMs = performance.now() + limitMs
  let last: unknown
  while (performance.now() < endMs) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
      last = undefined
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  throw new Error(`${what}: not within ${limitMs / 1_000} s`, { cause: last })
}
