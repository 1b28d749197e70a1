/** Three digits that count, thousands in groups; `∞` where the open model has no number. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '∞'
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  const digits = size === 0 || size >= 100 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(size)))
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 6) }).replace('-', '−')
}

export function percentText(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100).toLocaleString('en')} %` : '–'
}

export function msText(ms: number): string {
  return `${numberText(ms)} ms`
}

/** `12 ms (10–14)`: a value with its interval. */
export function intervalText({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }, unit = 'ms'): string {
  return `${numberText(value)} ${unit} (${numberText(low)} to ${numberText(high)})`
}

/** `a, b and c` */
export function listText(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
