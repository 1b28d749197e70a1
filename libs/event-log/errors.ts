/** Every refusal of the log has a code that never changes; whoever answers a client maps codes to problems. */
export type EventLogErrorCode = 'EVENT_LOG_FULL' | 'EVENT_LOG_BUSY' | 'EVENT_LOG_UNAVAILABLE'

/** Nothing of the call was acknowledged. All of them may be tried again, after `retryAfterSeconds`. */
export abstract class EventLogError extends Error {
  abstract readonly code: EventLogErrorCode
  abstract readonly retryAfterSeconds: number
}

/** No space is left. Nothing of the call is stored. Appending goes on by itself once there is space again: answer 503 with `Retry-After`. */
export class EventLogFull extends EventLogError {
  override name = 'EventLogFull'
  readonly code = 'EVENT_LOG_FULL'
  readonly retryAfterSeconds = 30
}

/**
 * More is waiting for the disk than the bound of the queue allows. Nothing of the call is stored. Push back: answer 503 with `Retry-After`,
 * or stop reading from whoever sends. Never collect and try again in a loop, because that moves the queue into your own memory.
 */
export class EventLogBusy extends EventLogError {
  override name = 'EventLogBusy'
  readonly code = 'EVENT_LOG_BUSY'
  readonly retryAfterSeconds = 1
}

/**
 * The log cannot be reached, its disk fails, or it is closing. Whether the records are stored is not known: a write whose fsync failed may
 * still be there after a restart. Do not acknowledge; the sender sends again and the ledger collapses what is there twice.
 */
export class EventLogUnavailable extends EventLogError {
  override name = 'EventLogUnavailable'
  readonly code = 'EVENT_LOG_UNAVAILABLE'
  readonly retryAfterSeconds = 5
}

/** Thrown by a handler that must not be called again for this partition: an alert for a person, never a silent skip. */
export class PartitionHalted extends Error {
  override name = 'PartitionHalted'
  readonly code: string = 'PARTITION_HALTED'
}

/** Another process has the partition: the handler stops, and nobody need look. It is followed again when it is assigned anew. */
export class PartitionLost extends PartitionHalted {
  override name = 'PartitionLost'
  override readonly code: string = 'PARTITION_LOST'
}

/** The log does not have the record that the consumer needs next: it was replaced by an older copy, or records were deleted ahead of the consumer. */
export class EventLogGap extends PartitionHalted {
  override name = 'EventLogGap'
  override readonly code = 'EVENT_LOG_GAP'
}

/** The topic or partition is not in the table of topics: a mistake in the program or in the settings. */
export class UnknownPartition extends Error {
  override name = 'UnknownPartition'
  readonly code = 'UNKNOWN_PARTITION'
}
