import { ENTRIES } from '@brume/event-log'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE, type CloudBenchSite } from '../site/cloudBenchSite.ts'
import { sum } from '../statistics.ts'

/** What lies on the disks, bytes. */
export interface StoredBytes {
  /** Segments of the topic `entries`, one copy. */
  readonly log: number
  /** Tables and indexes. */
  readonly database: number
  /** Written to PostgreSQL's write-ahead log since the cluster was made; what a standby is sent. */
  readonly walWritten: number
}

export async function storedBytes({ cloud }: CloudBenchSite): Promise<StoredBytes> {
  const answer = await cloud.database.part.superuser(DATABASE, `SELECT pg_database_size('${DATABASE}'), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')`)
  const [database = 0, walWritten = 0] = answer.split('|').map(Number)
  const segments = globSync(join(cloud.folder, `broker/log/*${ENTRIES}-*/*.log`))
  return { log: sum(segments.map((path) => statSync(path).size)), database, walWritten }
}
