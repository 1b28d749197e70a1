import type { DynamicModule } from '@nestjs/common'
import { Controller, Get, Module, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { Public, commonProblems } from '@brume/http'
import { Metrics } from './metrics.ts'
import { Readiness } from './readiness.ts'

@ApiExcludeController()
@Public()
@Controller()
class ObservabilityController {
  readonly #metrics: Metrics
  readonly #readiness: Readiness

  constructor(metrics: Metrics, readiness: Readiness) {
    this.#metrics = metrics
    this.#readiness = readiness
  }

  /** Prometheus text format. */
  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.#metrics.registry.contentType)
    return this.#metrics.registry.metrics()
  }

  /** Answers as long as the event loop turns; a restart mends what it does not. */
  @Get('livez')
  live(): { status: 'alive' } {
    return { status: 'alive' }
  }

  @Get('readyz')
  async ready(): Promise<{ status: 'ready' }> {
    const waitingFor = await this.#readiness.waitingFor()
    if (waitingFor.length === 0) return { status: 'ready' }
    const detail = waitingFor.map(({ part, why }) => `${part}: ${why}`).join('; ')
    throw commonProblems.problem('not-ready', detail, { extensions: { waitingFor }, headers: { 'retry-after': '1' } })
  }
}

/** `GET /metrics`, `/livez` and `/readyz`, open to whoever reaches the port; {@link Metrics} and {@link Readiness} for injection everywhere. */
@Module({})
export class ObservabilityModule {
  static with(metrics: Metrics, readiness: Readiness): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      controllers: [ObservabilityController],
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: Readiness, useValue: readiness },
      ],
      exports: [Metrics, Readiness],
    }
  }
}
