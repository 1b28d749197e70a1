import { pageFields, pageOf, type PageQuery } from '@brume/http'
import { z } from 'zod'

const state = z.enum(['open', 'replayed', 'superseded'])

/** No character in it needs an escape in a path (RFC 3986 section 2.3). */
export const letterIdDto = z.string().max(130).regex(/^[a-z][a-z0-9-]*\.\d{1,6}\.\d{1,15}$/, 'is not topic.partition.offset').describe('topic.partition.offset of the record that did not parse')

export const deadLetterDto = z.object({
  id: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.int(),
  key: z.string(),
  reason: z.string().describe('why it did not parse'),
  time: z.string().describe('when the log took the record'),
  bytes: z.int().describe('of the value'),
  state: state.describe('superseded: a newer record of its key made it void'),
  replayedAs: z.string().nullable().describe('topic.partition.offset of the replay. If that does not parse either, it is the id of a new letter.'),
})
export type DeadLetterResource = z.output<typeof deadLetterDto>

/** A value has up to 64 KiB and more, a page up to 1,000 letters: so values come one by one. */
export const deadLetterWithValueDto = deadLetterDto.extend({ value: z.string().describe('base64 (RFC 4648 section 4)') })
export type DeadLetterWithValue = z.output<typeof deadLetterWithValueDto>

export const deadLetterPageDto = pageOf(deadLetterDto).extend({
  complete: z.boolean().describe('false: more are open than the service keeps at hand. They are listed once half of these are replayed.'),
})
export type DeadLetterPage = z.output<typeof deadLetterPageDto>

export interface DeadLetterQuery extends PageQuery {
  readonly topic: string | undefined
  readonly state: DeadLetterResource['state'] | undefined
}

export const deadLetterQueryDto = z
  .object({ ...pageFields, topic: z.string().min(1).max(100).optional(), state: state.optional() })
  .transform(({ cursor: after, limit, topic, state }): DeadLetterQuery => ({ limit, after, topic, state }))

/** The path says everything. */
export const noBodyDto = z.strictObject({}).nullish()
