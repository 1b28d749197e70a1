import { z } from 'zod'

/** What every control event carries around its data. */
export interface EventEnvelope<Data> {
  readonly type: string
  readonly v: number
  /** UUIDv7 */
  readonly id: string
  /** RFC 3339, UTC, ms */
  readonly time: string
  readonly data: Data
}

/**
 * One kind of event in its version `v`. During a rolling update old and new processes share a topic, so consumers take `v` and `v − 1`:
 * `before` says how the data of `v − 1` is read as data of `v`.
 */
export interface EventDefinition<Data> {
  readonly type: string
  readonly v: number
  readonly data: z.ZodType<Data>
  readonly keyOf: (data: Data) => string
  /** Takes data of `v − 1`, parsed again by its own schema, to the shape of `v`. */
  readonly before?: z.ZodType<Data>
}

export function defineEvent<Data>(definition: EventDefinition<Data>): EventDefinition<Data> {
  return definition
}

const envelope = z.object({ type: z.string(), v: z.int(), id: z.uuidv7(), time: z.iso.datetime(), data: z.unknown() })
const utf8 = new TextDecoder('utf-8', { fatal: true })

export type ParsedEvent<Data> = { readonly ok: true; readonly event: EventEnvelope<Data> } | { readonly ok: false; readonly reason: string }

/** Never throws: what does not parse comes back with the reason, for the dead letters. Unknown members are dropped. */
export function parseEvent<Data>(definition: EventDefinition<Data>, bytes: Uint8Array): ParsedEvent<Data> {
  const json = parseJson(bytes)
  if (!json.ok) return json
  const outer = envelope.safeParse(json.value)
  if (!outer.success) return refuse(outer.error)
  if (outer.data.type !== definition.type) return { ok: false, reason: `type is ${JSON.stringify(outer.data.type)}, not ${definition.type}` }
  const schema = schemaOf(definition, outer.data.v)
  if (schema === undefined) return { ok: false, reason: `version ${outer.data.v} of ${definition.type} is not known here (this is version ${definition.v})` }
  const inner = schema.safeParse(outer.data.data)
  return inner.success ? { ok: true, event: { ...outer.data, v: definition.v, data: inner.data } } : refuse(inner.error)
}

function schemaOf<Data>(definition: EventDefinition<Data>, v: number): z.ZodType<Data> | undefined {
  if (v === definition.v) return definition.data
  return v === definition.v - 1 ? definition.before : undefined
}

function parseJson(bytes: Uint8Array): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: JSON.parse(utf8.decode(bytes)) }
  } catch (error) {
    return { ok: false, reason: `not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function refuse(error: z.ZodError): { ok: false; reason: string } {
  return { ok: false, reason: error.issues.map((issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`).join('; ') }
}
