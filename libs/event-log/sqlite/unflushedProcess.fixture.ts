/** What better-sqlite3 does by itself on a file that is in WAL mode: it acknowledges without an fsync. Shows that the trace can see the difference. */
import { writeSync } from 'node:fs'
import Database from 'better-sqlite3'

const db = new Database(process.argv[2])
const insert = db.prepare('UPDATE log_file SET openings = openings + 1')
for (let call = 0; call < 5; call++) {
  writeSync(1, `start ${call}\n`)
  insert.run()
  writeSync(1, `ack ${call} 0\n`)
}
