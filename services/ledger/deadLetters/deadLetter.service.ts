import { DEAD_LETTERS, letterId, type EventLog, type StoredLetter, type StoredRecord } from '@brume/event-log'
import { toPage, type RecordResponse, type StoredResponse } from '@brume/http'
import type { Database, Transaction } from '@brume/prisma'
import { ledgerProblems } from '../problems.ts'
import type { DeadLetterPage, DeadLetterQuery, DeadLetterResource, DeadLetterWithValue } from './deadLetter.dto.ts'
import type { DeadLetterView } from './deadLetterView.ts'
import type { LetterReplay } from './letterReplay.ts'

export interface DeadLetterServiceDeps {
  readonly database: Database
  readonly eventLog: EventLog
  readonly letters: DeadLetterView
  readonly replay: LetterReplay
}

/** How long the view may take to the end of the topic, ms. */
const CATCH_UP_LIMIT_MS = 5_000

/** What the operator sees of the dead letters, and does with them. */
export class DeadLetterService {
  private readonly running = new Map<string, Promise<DeadLetterResource>>()

  constructor(private readonly deps: DeadLetterServiceDeps) {}

  list(query: DeadLetterQuery): DeadLetterPage {
    const { letters } = this.deps
    const rows = letters.all()
      .filter((letter) => (query.topic === undefined || letter.topic === query.topic) && (query.state === undefined || letter.state === query.state))
      .map((letter) => ({ place: placeOf(letter), letter }))
      .filter(({ place }) => query.after === undefined || place > query.after)
      .sort((a, b) => (a.place < b.place ? -1 : 1))
    const { items, next } = toPage(rows, query, ({ place }) => place)
    return { items: items.map(({ letter }) => toResource(letter)), next, complete: letters.complete }
  }

  async get(id: string): Promise<DeadLetterWithValue> {
    const { letter, record } = await this.find(id)
    return { ...toResource(letter), value: Buffer.from(record.value).toString('base64') }
  }

  /** Outside the transaction that keeps the answer: done twice, a replay changes nothing (see {@link LetterReplay}). */
  async replay(id: string, keep: RecordResponse<Transaction>): Promise<StoredResponse> {
    const body = await this.once(id)
    return this.deps.database.write((tx) => keep(tx, { status: 200, body }))
  }

  /** Who asks while the same letter is on its way gets the same answer. */
  private once(id: string): Promise<DeadLetterResource> {
    const running = this.running.get(id) ?? this.close(id).finally(() => this.running.delete(id))
    this.running.set(id, running)
    return running
  }

  private async close(id: string): Promise<DeadLetterResource> {
    await this.catchUp()
    const { letter, record } = await this.find(id)
    if (letter.state !== 'open') return toResource(letter)
    const { closing, storedAt } = await this.deps.replay.close(letter, record)
    // Then a list that is asked for next shows it. Nothing depends on it.
    await this.deps.letters.reached(storedAt + 1, CATCH_UP_LIMIT_MS)
    return toResource({ ...letter, replayedAs: undefined, ...closing })
  }

  /** Another replica may have closed the letter a moment ago. */
  private async catchUp(): Promise<void> {
    const end = await this.deps.eventLog.end(DEAD_LETTERS, 0)
    if (await this.deps.letters.reached(end, CATCH_UP_LIMIT_MS)) return
    throw ledgerProblems.problem('dead-letters-late', undefined, { headers: { 'retry-after': '5' } })
  }

  private async find(id: string): Promise<{ letter: StoredLetter; record: StoredRecord }> {
    const letter = this.deps.letters.get(id)
    const [record] = letter === undefined ? [] : await this.deps.eventLog.readFrom(DEAD_LETTERS, 0, letter.storedAt, 1)
    if (letter !== undefined && record?.offset === letter.storedAt) return { letter, record }
    // Written again since, and compacted: the view sees it in a moment, and the letter has another place then.
    if (letter !== undefined) throw ledgerProblems.problem('dead-letters-late', undefined, { headers: { 'retry-after': '1' } })
    throw ledgerProblems.problem('dead-letter-not-found', `There is no dead letter ${id}.`)
  }
}

/** Sorts by the origin's time, the same on every replica; a letter's own offset changes whenever it is written again. */
function placeOf({ timeMs, topic, partition, offset }: StoredLetter): string {
  return [String(timeMs).padStart(16, '0'), topic, String(partition).padStart(6, '0'), String(offset).padStart(15, '0')].join(' ')
}

function toResource({ id, topic, partition, offset, key, reason, timeMs, bytes, state, replayedAs }: StoredLetter): DeadLetterResource {
  const replay = replayedAs === undefined ? null : letterId(topic, partition, replayedAs)
  return { id, topic, partition, offset, key, reason, time: new Date(timeMs).toISOString(), bytes, state, replayedAs: replay }
}
