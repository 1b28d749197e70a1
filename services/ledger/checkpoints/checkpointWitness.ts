import type { EventLog } from '@brume/event-log'
import type { Database } from '@brume/prisma'
import { FileWitness } from './fileWitness.ts'
import { LogWitness } from './logWitness.ts'

/**
 * The newest checkpoint that each ledger has signed, kept outside the database: a database that was put back to an older copy has a smaller tree
 * than this, and the ledger notices before it signs anything that contradicts it.
 */
export interface CheckpointWitness {
  /** Durable when it resolves. */
  remember(chainId: string, note: string): Promise<void>
  /** Once the views have been read: see `EventLogStrategy.ready`. */
  newest(chainId: string): string | undefined
}

/** A fog node has a folder of its own; replicas share no disk, but the log. */
export function witnessFor(database: Database, eventLog: EventLog, directory: string): FileWitness | LogWitness {
  return database.kind === 'sqlite' ? new FileWitness(directory) : new LogWitness(eventLog)
}
