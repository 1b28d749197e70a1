import type { DynamicModule } from '@nestjs/common'
import { Controller, Get, Logger, Module, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { Public, commonProblems } from '@brume/http'
import { Metrics } from './metrics.ts'
import { Readiness, type Waiting } from './readiness.ts'

const logger = new Logger('Readiness')

@ApiExcludeController()
@Public()
@Controller()
class ObservabilityController {
  readonly #metrics: Metrics
  readonly #readiness: Readiness
  #lastParts = ''

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
  async ready(): Promise<{ status: 'ready'; attention?: readonly Waiting[] }> {
    const { waitingFor, attention } = await this.#readiness.report()
    const notes = attention.length === 0 ? {} : { attention }
    const detail = waitingFor.map(({ part, why }) => `${part}: ${why}`).join('; ')
    this.#tellChange(waitingFor)
    if (waitingFor.length === 0) return { status: 'ready', ...notes }
    throw commonProblems.problem('not-ready', detail, { extensions: { waitingFor, ...notes }, headers: { 'retry-after': '1' } })
  }

  /** One line when other parts are waited for than at the last probe, not one for each probe. */
  #tellChange(waitingFor: readonly Waiting[]): void {
    const parts = waitingFor.map(({ part }) => part).join()
    if (parts === this.#lastParts) return
    this.#lastParts = parts
    if (parts === '') logger.log('ready')
    else logger.warn({ msg: 'not ready', waitingFor })
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
