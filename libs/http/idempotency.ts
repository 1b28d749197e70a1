import { createHash } from 'node:crypto'
import type { Clock, NewId } from '@brume/config'
import { commonProblems } from './commonProblems.ts'
import type { Problem } from './problems.ts'

/** What a finished request answered, kept to be answered again. `body` is JSON. */
export interface StoredResponse {
  readonly status: number
  readonly body: unknown
}

export interface IdempotentRequest {
  readonly tenantId: string
  readonly method: string
  /** As sent, without query. */
  readonly path: string
  /** Undefined: the client asked for no idempotency, and the work just runs. */
  readonly key: string | undefined
  /** The parsed body: two spellings of the same JSON value are the same request when their members stand in the same order. */
  readonly payload: unknown
}

/** A row of the table: `id` is the primary key, `owner` a new id for each run, `response` null while the work runs. Index `tenantId` and `expiresAtMs`. */
export interface IdempotencyRow {
  readonly id: string
  readonly tenantId: string
  readonly fingerprint: string
  readonly owner: string
  readonly leaseUntilMs: number
  readonly expiresAtMs: number
  readonly response: StoredResponse | null
}

/** The statements that a service's repository gives; the rules stand in {@link Idempotency}. `Tx` is the transaction of the database at hand. */
export interface IdempotencyRows<Tx> {
  /** `INSERT … ON CONFLICT DO NOTHING`; true if the row is new. */
  insert(row: IdempotencyRow): Promise<boolean>
  find(id: string): Promise<IdempotencyRow | undefined>
  /** `UPDATE … SET owner, leaseUntilMs, expiresAtMs WHERE id AND owner = :was AND response IS NULL`; true if one row changed. */
  takeOver(row: IdempotencyRow, was: string): Promise<boolean>
  /** In `tx`: `UPDATE … SET response WHERE id AND owner AND response IS NULL`; true if one row changed. */
  complete(tx: Tx, id: string, owner: string, response: StoredResponse): Promise<boolean>
  /** `DELETE … WHERE id AND owner AND response IS NULL`. */
  release(id: string, owner: string): Promise<void>
  /** Deletes at most `limit` rows with `expiresAtMs <= nowMs`. */
  removeExpired(nowMs: number, limit: number): Promise<void>
  /** Rows of one tenant, counted up to `limit`. */
  count(tenantId: string, limit: number): Promise<number>
}

export interface IdempotencyParts<Tx> {
  readonly rows: IdempotencyRows<Tx>
  readonly clock: Clock
  readonly newId: NewId
  /** Longest that a run may take before another may take its place (default 60 s). */
  readonly leaseMs?: number
  /** How long an answer is kept (default 24 h). */
  readonly keepMs?: number
  /** Most rows of one tenant (default 10,000). */
  readonly mostRows?: number
}

/** Gives back the response that it stored, so that it can end the transaction's function. */
export type RecordResponse<Tx> = (tx: Tx, response: StoredResponse) => Promise<StoredResponse>

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), scoped to tenant, method and path. The answer is stored in the transaction that
 * does the work, so work without a stored answer, or an answer without its work, cannot be:
 *
 * ```ts
 * @Post()
 * async create(@Tenant() { tenantId }: Principal, @IdempotencyKey() key: string | undefined, @Body({ schema }) body: NewChain, @Res({ passthrough: true }) reply: FastifyReply) {
 *   const request = { tenantId, method: 'POST', path: '/v1/chains', key, payload: body }
 *   const { status, body: answer } = await this.idempotency.run(request, (record) =>
 *     this.prisma.$transaction(async (tx) => record(tx, { status: 202, body: await this.chains.create(tx, body) })))
 *   reply.status(status)
 *   return answer
 * }
 * ```
 *
 * A run first claims the key in a transaction of its own, so that others see it running (409). After a crash the claim's lease runs out and the
 * next try takes over; the guarded update in the work's transaction makes a run that lost its claim roll back. Work that throws gives the claim back: a refusal
 * is not kept, because it may be mended.
 */
export class Idempotency<Tx> {
  readonly #parts: IdempotencyParts<Tx>

  constructor(parts: IdempotencyParts<Tx>) {
    this.#parts = parts
  }

  async run(request: IdempotentRequest, work: (record: RecordResponse<Tx>) => Promise<StoredResponse>): Promise<StoredResponse> {
    if (request.key === undefined) return work(async (_, response) => response)
    const claimed = await this.#claim(request, request.key)
    if (claimed.response !== null) return claimed.response
    try {
      return await work((tx, response) => this.#record(tx, claimed, response))
    } catch (error) {
      await this.#parts.rows.release(claimed.id, claimed.owner)
      throw error
    }
  }

  /** The row with its response if the work was done before, else with a new owner: this run. */
  async #claim(request: IdempotentRequest, key: string): Promise<IdempotencyRow> {
    const { rows, clock } = this.#parts
    await rows.removeExpired(clock.now(), 100)
    const mine = this.#newRow(request, key)
    const other = await rows.find(mine.id)
    if (other !== undefined) return this.#join(mine, other)
    await this.#checkRoom(request.tenantId)
    if (await rows.insert(mine)) return mine
    throw stillRunning() // Another one was faster by a moment.
  }

  async #join(mine: IdempotencyRow, other: IdempotencyRow): Promise<IdempotencyRow> {
    const { rows, clock } = this.#parts
    if (other.fingerprint !== mine.fingerprint) throw commonProblems.problem('idempotency-key-reused')
    if (other.response !== null) return other
    if (other.leaseUntilMs <= clock.now() && (await rows.takeOver(mine, other.owner))) return mine
    throw stillRunning()
  }

  async #checkRoom(tenantId: string): Promise<void> {
    const { rows, mostRows = 10_000 } = this.#parts
    if ((await rows.count(tenantId, mostRows)) < mostRows) return
    throw commonProblems.problem('too-many-requests', `At most ${mostRows} idempotency keys are kept for a tenant.`, { headers: { 'retry-after': '3600' } })
  }

  #newRow({ tenantId, method, path, payload }: IdempotentRequest, key: string): IdempotencyRow {
    const { clock, newId, leaseMs = 60_000, keepMs = 86_400_000 } = this.#parts
    const now = clock.now()
    const id = digestOf([tenantId, method, path, key])
    return { id, tenantId, fingerprint: digestOf(payload), owner: newId(), leaseUntilMs: now + leaseMs, expiresAtMs: now + keepMs, response: null }
  }

  async #record(tx: Tx, { id, owner }: IdempotencyRow, response: StoredResponse): Promise<StoredResponse> {
    if (await this.#parts.rows.complete(tx, id, owner, response)) return response
    throw stillRunning() // The lease ran out and another run took over: throwing rolls this one's work back.
  }
}

function stillRunning(): Problem {
  return commonProblems.problem('idempotency-key-running', undefined, { headers: { 'retry-after': '1' } })
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value ?? null)).digest('base64url')
}
