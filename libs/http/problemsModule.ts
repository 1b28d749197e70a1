import type { DynamicModule } from '@nestjs/common'
import { Controller, Get, Header, Headers, Inject, Module, Param, Res } from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { Public } from './access.ts'
import { commonProblems } from './commonProblems.ts'
import { ProblemFilter } from './problemFilter.ts'
import type { ProblemKind, ProblemTable } from './problems.ts'
import { kindsByCode } from './problems.ts'
import { explanationOf, problemsHtml } from './problemsPage.ts'

const problemKinds = Symbol('problem kinds')

@ApiExcludeController()
@Public()
@Controller('problems')
class ProblemsController {
  readonly #kinds: ReadonlyMap<string, ProblemKind>

  constructor(@Inject(problemKinds) kinds: ReadonlyMap<string, ProblemKind>) {
    this.#kinds = kinds
  }

  @Get()
  @Header('cache-control', 'public, max-age=3600')
  list(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): unknown {
    const kinds = [...this.#kinds.values()]
    return wantsHtml(accept) ? html(reply, kinds) : { problems: kinds.map(explanationOf) }
  }

  @Get(':code')
  @Header('cache-control', 'public, max-age=3600')
  explain(@Param('code') code: string, @Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): unknown {
    const kind = this.#kinds.get(code)
    if (kind === undefined) throw commonProblems.problem('not-found', 'No problem has this code.')
    return wantsHtml(accept) ? html(reply, [kind]) : explanationOf(kind)
  }
}

/** Browsers name text/html; every other client gets JSON. */
function wantsHtml(accept: string | undefined): boolean {
  return accept?.includes('text/html') ?? false
}

function html(reply: FastifyReply, kinds: readonly ProblemKind[]): string {
  reply.type('text/html; charset=utf-8')
  return problemsHtml(kinds)
}

/** Answers failures as RFC 9457 problems, and explains each under `/problems/{code}`. */
@Module({})
export class ProblemsModule {
  /** `tables`: those of the services that this process runs; the common one is always there. */
  static of(...tables: ProblemTable[]): DynamicModule {
    return {
      module: ProblemsModule,
      controllers: [ProblemsController],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: problemKinds, useValue: kindsByCode([commonProblems, ...tables]) },
      ],
    }
  }
}
