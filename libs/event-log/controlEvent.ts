import type { EventEnvelope } from './eventVersion.ts'
import type { ControlData, ControlTopic } from './controlEvents.ts'
import { controlEvents } from './controlEvents.ts'

/** A row of an outbox before it has its number: insert it in the transaction that makes the change. */
export interface OutboxEntry {
  readonly topic: string
  readonly key: string
  /** JSON */
  readonly value: string
}

/**
 * Writes the state of one key as an event, after its own schema has taken it: what we write, every reader can parse.
 *
 * @param stamp `id` a new UUIDv7, `time` RFC 3339
 */
export function controlEvent<Topic extends ControlTopic>(topic: Topic, data: ControlData<Topic>, stamp: { id: string; time: string }): OutboxEntry {
  const definition = controlEvents[topic]
  const parsed = definition.data.parse(data)
  // keyOf belongs to the same row as the schema that just parsed the data; TypeScript cannot relate two members of a union of rows.
  const key = (definition.keyOf as (data: unknown) => string)(parsed)
  const event: EventEnvelope<unknown> = { type: definition.type, v: definition.v, ...stamp, data: parsed }
  return { topic, key, value: JSON.stringify(event) }
}
