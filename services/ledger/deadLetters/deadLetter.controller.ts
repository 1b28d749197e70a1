import { Answers, Idempotency, IdempotencyKey, Refuses, RefusesWithoutToken, RequireOperator, commonProblems } from '@brume/http'
import type { Transaction } from '@brume/prisma'
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { ledgerProblems } from '../problems.ts'
import { DEAD_LETTER_SERVICE, LEDGER_IDEMPOTENCY } from '../tokens.ts'
import { deadLetterDto, deadLetterPageDto, deadLetterQueryDto, deadLetterWithValueDto, letterIdDto, noBodyDto, type DeadLetterPage, type DeadLetterQuery, type DeadLetterWithValue } from './deadLetter.dto.ts'
import type { DeadLetterService } from './deadLetter.service.ts'

/** The operator has no tenant; UUIDs never look like this. */
const OPERATOR = 'operator'

@ApiTags('dead letters')
@RefusesWithoutToken()
@Refuses(commonProblems, 'operator-only')
@RequireOperator()
@Controller('v1/dead-letters')
export class DeadLetterController {
  constructor(
    @Inject(DEAD_LETTER_SERVICE) private readonly letters: DeadLetterService,
    @Inject(LEDGER_IDEMPOTENCY) private readonly idempotency: Idempotency<Transaction>,
  ) {}

  @Get()
  @Answers(200, deadLetterPageDto, 'Records of the event log that did not parse, the newest last.')
  list(@Query({ schema: deadLetterQueryDto }) query: DeadLetterQuery): DeadLetterPage {
    return this.letters.list(query)
  }

  @Get(':id')
  @Answers(200, deadLetterWithValueDto, 'The letter with its value.')
  @Refuses(ledgerProblems, 'dead-letter-not-found')
  get(@Param('id', { schema: letterIdDto }) id: string): Promise<DeadLetterWithValue> {
    return this.letters.get(id)
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Answers(200, deadLetterDto, 'The record is on the log again, in its old topic and partition. A letter that is closed already is answered as it is.')
  @Refuses(ledgerProblems, 'dead-letter-not-found', 'dead-letter-not-replayable', 'dead-letters-late')
  async replay(@Param('id', { schema: letterIdDto }) id: string, @Body({ schema: noBodyDto }) _: unknown, @IdempotencyKey() key: string | undefined): Promise<unknown> {
    const request = { tenantId: OPERATOR, method: 'POST', path: `/v1/dead-letters/${id}/replay`, key, payload: null }
    const { body } = await this.idempotency.run(request, (record) => this.letters.replay(id, record))
    return body
  }
}
