import { Inject, Injectable } from '@nestjs/common'
import type { Clock, NewId } from '@brume/config'
import { Idempotency, type IdempotentRequest } from '@brume/http'
import { idempotencyRows, type Database, type Transaction } from '@brume/prisma'
import { CLOCK, DATABASE, NEW_ID } from '@brume/runtime'

/** Keeps the answer in the transaction that does the work, and gives it back. It lies there in plain text: never a token. */
export type KeepAnswer = <Answer>(tx: Transaction, answer: Answer) => Promise<Answer>

/** `Idempotency-Key` for the POSTs of auth. */
@Injectable()
export class IdempotentPost {
  private readonly idempotency: Idempotency<Transaction>

  constructor(@Inject(DATABASE) database: Database, @Inject(CLOCK) clock: Clock, @Inject(NEW_ID) newId: NewId) {
    this.idempotency = new Idempotency({ rows: idempotencyRows(database, 'authIdempotency'), clock, newId })
  }

  /** @returns the answer of `work`, or that of the same request before: JSON, whose form the caller knows. */
  async run(request: Omit<IdempotentRequest, 'method'>, work: (keep: KeepAnswer) => Promise<unknown>): Promise<unknown> {
    const response = await this.idempotency.run({ ...request, method: 'POST' }, async (record) => {
      const keep: KeepAnswer = async (tx, answer) => {
        await record(tx, { status: KEPT_STATUS, body: answer })
        return answer
      }
      return { status: KEPT_STATUS, body: await work(keep) }
    })
    return response.body
  }
}

/** Each POST of auth has one status for success, which stands at its handler; the rows ask for a status all the same. */
const KEPT_STATUS = 200
