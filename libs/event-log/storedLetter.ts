import { z } from 'zod'
import type { LogRecord, StoredRecord } from './eventLog.ts'

/** `superseded`: a newer record of its key is on the compacted topic, so a replay would put an old state over it. */
export type ClosedState = 'replayed' | 'superseded'

/** How a letter was closed. `replayedAs`: offset of the new record, in the topic and partition of the origin. */
export type LetterClosing = { readonly state: 'replayed'; readonly replayedAs: number } | { readonly state: 'superseded' }

/** A dead letter as the topic has it, without its value, which is read from the log when it is asked for. */
export interface StoredLetter {
  /** topic, partition and offset of the origin with dots between: a segment of a path. */
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly reason: string
  /** When the log took the record of the origin (Unix time, ms). */
  readonly timeMs: number
  readonly bytes: number
  readonly state: 'open' | ClosedState
  readonly replayedAs: number | undefined
  /** Of the record itself, as a replay gives them again. */
  readonly ownHeaders: Readonly<Record<string, string>>
  /** Its offset on the topic of dead letters. */
  readonly storedAt: number
}

const originPattern = /^([a-z][a-z0-9-]{0,99})\/(0|[1-9]\d{0,5})\/(0|[1-9]\d{0,14})$/

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
})

const letterHeaders = z.object({
  key: z.string(),
  time: z.iso.datetime(),
  reason: z.string(),
  headers: jsonText.pipe(z.record(z.string(), z.string())).default({}),
  state: z.enum(['replayed', 'superseded']).optional(),
  replayedAs: z.string().regex(/^\d{1,15}$/).transform(Number).optional(),
})

/** Undefined for a record that is no letter: dead letters have no dead letters of their own. */
export function storedLetter(record: StoredRecord): StoredLetter | undefined {
  const origin = originPattern.exec(record.key)
  const headers = letterHeaders.safeParse(record.headers)
  if (origin === null || !headers.success) return undefined
  const [, topic = '', partition, offset] = origin
  const { key, reason, time, state = 'open', replayedAs, headers: ownHeaders } = headers.data
  return {
    id: letterId(topic, Number(partition), Number(offset)),
    topic, partition: Number(partition), offset: Number(offset), key, reason, timeMs: Date.parse(time), bytes: record.value.length, state, replayedAs, ownHeaders, storedAt: record.offset,
  }
}

export function letterId(topic: string, partition: number, offset: number): string {
  return `${topic}.${partition}.${offset}`
}

/** The letter once more, closed: compaction then drops the open one. The value stays, as the evidence of what it was. */
export function closedLetter(open: StoredRecord, closing: LetterClosing): LogRecord {
  const replayed: Record<string, string> = closing.state === 'replayed' ? { replayedAs: String(closing.replayedAs) } : {}
  return { key: open.key, value: open.value, headers: { ...open.headers, state: closing.state, ...replayed } }
}
