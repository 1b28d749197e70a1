import { faultPoint } from '@brume/config'
import type { Pool, PoolClient } from 'pg'
import type { WriteStatement } from './statement.ts'

type Answer = PromiseSettledResult<unknown>

/**
 * Runs the statements as one transaction in two round trips: BEGIN is waited for, because behind one that failed each statement would commit
 * by itself; then all statements and COMMIT go one behind the other (the pool's clients need `pipeline: true`; without it
 * they wait in a queue that pg is going to drop). After a failed statement PostgreSQL refuses the rest, and COMMIT rolls back.
 *
 * @throws the first failed statement's error, as PostgreSQL gave it; when the connection was lost, nobody knows whether it was committed
 */
export async function commitAll(pool: Pool, statements: readonly WriteStatement[]): Promise<void> {
  const client = await pool.connect()
  // A client that was handed out and loses its connection raises an event, and without a listener that ends the process; its queries fail too.
  client.on('error', knownByItsQueries)
  const answers = await sendAll(client, statements)
  client.off('error', knownByItsQueries)
  // Without an answer to COMMIT it may be anywhere in its transaction: it is closed, and not handed out again.
  client.release(answers.at(-1)?.status === 'rejected')
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
}

async function sendAll(client: PoolClient, statements: readonly WriteStatement[]): Promise<Answer[]> {
  const begun = await Promise.allSettled([client.query('BEGIN')])
  if (begun[0].status === 'rejected') return begun
  const sent = statements.map((statement) => client.query(statement))
  faultPoint('sequence.before-commit')
  return Promise.allSettled([...sent, client.query('COMMIT')])
}

function knownByItsQueries(): void {}
