import { commonProblems, invalidRequest } from '@brume/http'
import { ingestProblems } from '../problems.ts'

export const MAX_READINGS = 1_000

/** What was sent, by content type: one JWS, or a list of them. */
export type ReadingBody = { readonly form: 'single'; readonly envelope: Uint8Array } | { readonly form: 'batch'; readonly envelopes: Uint8Array[] }

/** Checked by hand: a schema library costs more per item than parsing the reading does. OpenAPI has the same form in reading.dto.ts. */
export function readBody(body: unknown): ReadingBody {
  if (Buffer.isBuffer(body)) return { form: 'single', envelope: body }
  // No body and no content type: Fastify hands on nothing. `null` as JSON is a body of the wrong form.
  if (body === undefined) throw commonProblems.problem('unsupported-media-type')
  return { form: 'batch', envelopes: packTexts(readTexts(body)) }
}

function readTexts(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('readings' in body)) throw refuse([], 'must be an object with the member readings')
  const unknown = Object.keys(body).find((member) => member !== 'readings')
  if (unknown !== undefined) throw refuse([unknown], 'is not a member of this request')
  const { readings } = body
  if (!Array.isArray(readings) || readings.length === 0) throw refuse(['readings'], 'must be a list of 1 to 1,000 envelopes')
  if (readings.length > MAX_READINGS) throw ingestProblems.problem('too-many-readings', `The request has ${readings.length} readings.`)
  const wrong = readings.findIndex((reading) => typeof reading !== 'string')
  if (wrong >= 0) throw refuse(['readings', wrong], 'must be a string: a compact JWS')
  return readings
}

function refuse(path: PropertyKey[], message: string) {
  return invalidRequest([{ path, message }])
}

/** All envelopes side by side in one allocation. UTF-8, so that what is not ASCII stays visible to the parser, which refuses it. */
function packTexts(texts: readonly string[]): Uint8Array[] {
  const sizes = texts.map((text) => Buffer.byteLength(text))
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0))
  let at = 0
  return texts.map((text, i) => {
    const start = at
    bytes.write(text, start)
    at += sizes[i] ?? 0
    return bytes.subarray(start, at)
  })
}
