import { runningEngines, startPlatform, type RunningPlatform } from '@brume/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PartsCpu } from '../probes/partsCpu.ts'
import { cpuUsOf } from '../probes/processUsage.ts'
import { sum } from '../statistics.ts'
import { BenchSite, type Entrance } from './benchSite.ts'
import { endedByItself } from './endedByItself.ts'

export interface SiteOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly [string, ...string[]]
  /** Where an earlier site of the same measurement left its data. */
  readonly data?: string
}

/** A fog node of its own, in a folder of its own: one process and the engines that it starts. */
export class FogSite extends BenchSite {
  readonly platform: RunningPlatform
  /** From the start of the command to its line `ready URL`, ms. */
  readonly startMs: number

  private constructor(platform: RunningPlatform, entrance: Entrance, startMs: number) {
    super(entrance)
    this.platform = platform
    this.startMs = startMs
  }

  static async start(folder: string, { env = {}, command, data = mkdtempSync(join(folder, 'site-')) }: SiteOptions = {}): Promise<FogSite> {
    const beganMs = performance.now()
    const platform = await startPlatform({ data, env: { LOG_LEVEL: 'warn', ...env }, ...(command && { command }) })
    const startMs = performance.now() - beganMs
    return new FogSite(platform, { url: platform.url, token: await platform.tenantToken() }, startMs)
  }

  override cpu(): PartsCpu {
    return {
      auth: 0, ingest: 0, ledger: 0, services: cpuUsOf(this.platform.pid),
      broker: 0, database: 0, edge: 0, engines: sum(runningEngines(this.platform.data).map(cpuUsOf)),
    }
  }

  override get eventLogUrl(): string {
    return `sqlite:${join(this.platform.data, 'log.db')}`
  }

  override gone(): string {
    const { exit, output } = this.platform
    return exit === undefined ? '' : endedByItself('the fog node', exit, output)
  }

  protected override output(): string {
    return this.platform.output
  }

  /** May be called again. */
  async stop(): Promise<void> {
    await this.platform.stop()
  }

  /** Stops, and the data goes. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.platform.data, { recursive: true, force: true, maxRetries: 3 })
  }
}
