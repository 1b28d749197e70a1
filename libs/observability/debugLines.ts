import type { LoggerService } from '@nestjs/common'
import type { LogLine } from './logFields.ts'
import { NestLogger } from './logger.ts'

export type WriteLine = (line: LogLine) => void

/** Undefined where debug is off. The level is fixed for the life of a process: ask once, and a line that nobody wants costs nothing. */
export function debugLines(logger: LoggerService): WriteLine | undefined {
  if (!(logger instanceof NestLogger) || !logger.isLevelEnabled('debug')) return undefined
  return (line) => logger.debug(line)
}
