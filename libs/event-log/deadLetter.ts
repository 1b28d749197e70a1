import type { EventLog, RecordBatch, StoredRecord } from './eventLog.ts'
import type { EventDefinition, EventEnvelope } from './eventVersion.ts'
import type { ControlData, ControlTopic } from './controlEvents.ts'
import { controlEvents } from './controlEvents.ts'
import { parseEvent } from './eventVersion.ts'
import { DEAD_LETTERS } from './topics.ts'

/** A record that cannot be worked off, with what is needed to find and replay it. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly record: StoredRecord
  readonly reason: string
}

export interface LoggedEvent<Data> extends EventEnvelope<Data> {
  readonly offset: number
  readonly key: string
}

/** Headers of a record are bounded; the reason of a hostile message must not be the one that breaks the bound. */
const REASON_CHARACTERS = 1_000
/** A key of this length may have been cut. No service writes one above 100. */
export const DEAD_LETTER_KEY_CHARACTERS = 1_000
/** Of the record's own headers as JSON; longer ones are left out. Brume's own, `traceparent`, has 55. */
const HEADERS_CHARACTERS = 4_000

/**
 * The events of a batch. What does not parse is on the dead letters, durably, before this returns, and never stops the partition.
 *
 * @throws what `append` throws: the batch must then be tried again.
 */
export async function parseEvents<Topic extends ControlTopic>(log: EventLog, topic: Topic, batch: RecordBatch): Promise<LoggedEvent<ControlData<Topic>>[]> {
  const events: LoggedEvent<ControlData<Topic>>[] = []
  const dead: DeadLetter[] = []
  // The row of this very topic; TypeScript sees the union over all topics.
  const definition = controlEvents[topic] as unknown as EventDefinition<ControlData<Topic>>
  for (const record of batch.records) {
    const parsed = parseEvent(definition, record.value)
    if (parsed.ok) events.push({ ...parsed.event, offset: record.offset, key: record.key })
    else dead.push({ topic: batch.topic, partition: batch.partition, record, reason: parsed.reason })
  }
  await writeDeadLetters(log, dead)
  return events
}

/** Keyed by origin on a compacted topic: a table that is read again at every start leaves one letter, not one for each start. */
export async function writeDeadLetters(log: EventLog, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length === 0) return
  await log.append(DEAD_LETTERS, 0, letters.map((letter) => ({
    key: `${letter.topic}/${letter.partition}/${letter.record.offset}`,
    value: letter.record.value,
    headers: headersOf(letter),
  })))
}

function headersOf({ topic, partition, record, reason }: DeadLetter): Record<string, string> {
  return {
    topic,
    partition: String(partition),
    offset: String(record.offset),
    key: record.key.slice(0, DEAD_LETTER_KEY_CHARACTERS),
    time: new Date(record.timeMs).toISOString(),
    reason: reason.slice(0, REASON_CHARACTERS),
    ...ownHeaders(record),
  }
}

/** Kept in one header, so that a replay can give the record its own again and none of them is taken for one of the letter. */
function ownHeaders({ headers }: StoredRecord): { headers?: string } {
  const text = headers === undefined ? '' : JSON.stringify(headers)
  return text === '' || text.length > HEADERS_CHARACTERS ? {} : { headers: text }
}
