import { parseEntry } from '@brume/envelope'
import { closedLetter, DEAD_LETTER_KEY_CHARACTERS, DEAD_LETTERS, ENTRIES, type EventLog, type LetterClosing, type StoredLetter, type StoredRecord, type Topics } from '@brume/event-log'
import { ledgerProblems } from '../problems.ts'

export interface LetterReplayDeps {
  readonly eventLog: EventLog
  readonly topics: Topics
  readonly knowsChain: (chainId: string) => Promise<boolean>
}

/** Says which letter a record came from, in the letter's own words: topic/partition/offset of its origin. */
export const REPLAY_OF = 'replay-of'
/** Records read at once on the way from a letter's origin to the end of its topic. */
const LOOK_RECORDS = 1_000

/**
 * Puts the record of a letter on the log again and closes the letter. Two appends, no transaction: a crash between them leaves the letter open.
 * Then the record comes twice, which changes nothing: ledgers collapse an entry that they have, and a compacted topic holds states.
 *
 * A record of a compacted topic is a state of its key: where a newer one is there, the letter is only closed, or a replay would undo what came
 * since, a revocation above all. Kafka has no append on a condition, so a state that is published between the look and the append,
 * within milliseconds, is overtaken until its next change.
 */
export class LetterReplay {
  constructor(private readonly deps: LetterReplayDeps) {}

  /** @returns what became of it, and the offset of the closed letter */
  async close(letter: StoredLetter, record: StoredRecord): Promise<{ closing: LetterClosing; storedAt: number }> {
    await this.refuseUnreplayable(letter, record)
    const superseded = this.deps.topics[letter.topic]?.compacted === true && (await this.hasNewer(letter))
    const closing: LetterClosing = superseded ? { state: 'superseded' } : { state: 'replayed', replayedAs: await this.append(letter, record) }
    const { firstOffset } = await this.deps.eventLog.append(DEAD_LETTERS, 0, [closedLetter(record, closing)])
    return { closing, storedAt: firstOffset }
  }

  private async refuseUnreplayable({ topic, partition, key }: StoredLetter, { value }: StoredRecord): Promise<void> {
    const { topics, knowsChain } = this.deps
    if (partition >= (topics[topic]?.partitions ?? 0)) throw refused(`This deployment has no partition ${partition} of ${topic}.`)
    if (key.length >= DEAD_LETTER_KEY_CHARACTERS) throw refused('The key of the record was too long to be kept whole.')
    const entry = topic === ENTRIES ? parseEntry(value) : undefined
    // The sequencer halts the partition at an entry of a chain that is not its own: such a letter came from elsewhere.
    if (entry?.ok && !(await knowsChain(entry.envelope.chain))) throw refused(`There is no chain ${entry.envelope.chain}.`)
  }

  private async hasNewer({ topic, partition, key, offset }: StoredLetter): Promise<boolean> {
    const end = await this.deps.eventLog.end(topic, partition)
    for (let at = offset + 1; at < end;) {
      const records = await this.deps.eventLog.readFrom(topic, partition, at, LOOK_RECORDS)
      if (records.some((record) => record.key === key)) return true
      at = (records.at(-1)?.offset ?? end) + 1
    }
    return false
  }

  private async append({ topic, partition, offset, key, ownHeaders }: StoredLetter, { value }: StoredRecord): Promise<number> {
    const headers = { ...ownHeaders, [REPLAY_OF]: `${topic}/${partition}/${offset}` }
    const { firstOffset } = await this.deps.eventLog.append(topic, partition, [{ key, value, headers }])
    return firstOffset
  }
}

function refused(detail: string): Error {
  return ledgerProblems.problem('dead-letter-not-replayable', detail)
}
