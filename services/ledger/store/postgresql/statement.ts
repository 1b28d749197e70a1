import type { QueryResult, QueryResultRow } from 'pg'

/** A client within a transaction, or a pool, where each query is one of its own. */
export interface Queryable {
  query<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<Row>>
}

/**
 * A write, prepared once per connection under its name. Reads have no names and are planned each time: the plan that PostgreSQL keeps for a
 * name while a table is nearly empty reads all of it, and goes on doing so until the next automatic ANALYZE, however fast the table grows.
 */
export interface WriteStatement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}
