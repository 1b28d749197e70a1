/** The media type of a SenML pack in JSON (RFC 8428 section 12.2). */
export const SENML_JSON = 'application/senml+json'

/** Exactly one of the values, or a sum, or both a value and a sum (RFC 8428 section 4.2). */
export interface Measurement {
  /** Appended to the base name. */
  readonly n?: string
  /** Of the IANA SenML units registry, such as `Cel`, `hPa`, `m/s`. */
  readonly u?: string
  readonly v?: number
  readonly vs?: string
  readonly vb?: boolean
  /** base64url without padding. */
  readonly vd?: string
  /** Integral of the values over time. */
  readonly s?: number
  /** Seconds since 1970, or relative to now when below 2^28 (section 4.5.3); added to the base time. */
  readonly t?: number
  /** Update time: at most so many seconds until the next measurement. */
  readonly ut?: number
}

/** Holds for all measurements of the pack. */
export interface PackBase {
  /** Base name; with `n` it must name the sensor globally (section 4.1), such as `urn:uuid:…:`. */
  readonly bn?: string
  readonly bt?: number
  readonly bu?: string
  readonly bv?: number
}

export class SenmlError extends Error {
  override readonly name = 'SenmlError'
}

/** A SenML pack as a reading's payload. Throws `SenmlError` for what RFC 8428 does not allow. */
export function senmlPack(base: PackBase, measurements: readonly [Measurement, ...Measurement[]]): Uint8Array<ArrayBuffer> {
  const [first, ...others] = measurements
  requireFinite({ bt: base.bt, bv: base.bv })
  for (const measurement of measurements) requireMeasurement(base.bn ?? '', measurement)
  const records = [{ ...base, ...first }, ...others]
  return new TextEncoder().encode(JSON.stringify(records))
}

/** Section 4.5.1: the concatenated name. */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9:./_-]*$/

function requireMeasurement(bn: string, { n = '', v, vs, vb, vd, s, t, ut }: Measurement): void {
  if (!nameShape.test(bn + n)) throw new SenmlError(`${JSON.stringify(bn + n)} is no SenML name: a letter or digit first, then also - : . / _`)
  const values = [v, vs, vb, vd].filter((value) => value !== undefined).length
  if (values > 1) throw new SenmlError('a measurement has one value, not several')
  if (values === 0 && s === undefined) throw new SenmlError('a measurement has a value or a sum')
  requireFinite({ v, s, t, ut })
}

/** JSON has no other numbers; `JSON.stringify` would write null. */
function requireFinite(numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [label, number] of Object.entries(numbers)) {
    if (number !== undefined && !Number.isFinite(number)) throw new SenmlError(`${label} is not a finite number`)
  }
}
