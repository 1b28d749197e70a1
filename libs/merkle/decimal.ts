/** A size or index of the C2SP formats: ASCII decimal without leading zeros. `undefined` for all else, and above 2^53 - 1. */
export function fromDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
