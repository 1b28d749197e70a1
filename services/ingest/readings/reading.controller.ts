import { Answers, commonProblems, jsonSchemaOf, Public, Refuses, TakesJose, Timing, type ServerTiming } from '@brume/http'
import { Traceparent } from '@brume/observability'
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common'
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { ingestProblems } from '../problems.ts'
import { ACCEPTANCE } from '../tokens.ts'
import type { AcceptanceService } from './acceptance.ts'
import { batchAnswer, singleAnswer } from './answers.ts'
import { acceptedReadingDto, acceptedReadingsDto, readingsDto } from './reading.dto.ts'
import { readBody } from './readingBody.ts'

/** The signature is the authorisation: no token is asked for. */
@ApiTags('readings')
@Public()
@Controller('v1/readings')
export class ReadingController {
  constructor(@Inject(ACCEPTANCE) private readonly acceptance: AcceptanceService) {}

  /** `application/jose`: one reading. `application/json`: up to 1,000, with a result for each. 202 only once the log holds what was accepted. */
  @Post()
  @HttpCode(202)
  @TakesJose()
  @ApiConsumes('application/json', 'application/jose')
  @ApiBody({ schema: jsonSchemaOf(readingsDto), description: 'With application/jose, the compact JWS itself.' })
  @Answers(202, z.union([acceptedReadingDto, acceptedReadingsDto]), 'Accepted and durable, with the promise to anchor.')
  @Refuses(ingestProblems, 'malformed-envelope', 'non-canonical-base64url', 'envelope-too-large', 'too-many-readings', 'no-reading-accepted', 'unknown-device', 'invalid-signature', 'stale-key', 'device-suspended', 'device-revoked', 'chain-not-ready', 'equivocation')
  @Refuses(commonProblems, 'unsupported-media-type', 'storage-full', 'overloaded', 'storage-unavailable')
  async post(@Body() body: unknown, @Timing() timing: ServerTiming, @Traceparent() traceparent: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<object | string> {
    const sent = readBody(body)
    const acceptance = await this.acceptance.accept(sent.form === 'single' ? [sent.envelope] : sent.envelopes, traceparent)
    const { parseMs, verifyMs, appendMs, promiseMs } = acceptance.times
    timing.add('parse', parseMs)
    timing.add('verify', verifyMs)
    timing.add('append', appendMs)
    timing.add('promise', promiseMs)
    if (sent.form === 'single') return singleAnswer(acceptance)
    reply.type('application/json; charset=utf-8')
    return batchAnswer(acceptance)
  }
}
