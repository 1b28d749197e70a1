import { PartitionHalted, PartitionLost } from '@brume/event-log'

/** Another process has taken the partition since: this one must not write any more. */
export class EpochLost extends PartitionLost {
  override name = 'EpochLost'
  override readonly code = 'EPOCH_LOST'
}

/** Records are missing between what the ledger has and what the log hands out: an alert, never a silent skip. */
export class LogGap extends PartitionHalted {
  override name = 'LogGap'
  override readonly code = 'LOG_GAP'
}

/** What was to be appended is in already: a transaction whose answer was lost has committed after all. The batch comes again, and is trimmed. */
export class AppendedAlready extends Error {
  override name = 'AppendedAlready'
}

/** Why the guarded move of a log position changed no row. */
export function whyNotMoved(topic: string, partition: number, held: { epoch: number; first: number }, stored: { epoch: number; next: number }): Error {
  if (stored.epoch !== held.epoch) return new EpochLost(`${topic}/${partition} was taken under epoch ${stored.epoch}, this process holds ${held.epoch}`)
  if (stored.next > held.first) return new AppendedAlready(`${topic}/${partition}: the ledger has everything before offset ${stored.next}, the batch begins at ${held.first}`)
  return new LogGap(`${topic}/${partition}: the ledger waits for offset ${stored.next}, the log hands out ${held.first}`)
}
