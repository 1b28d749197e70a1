import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What a running engine says of itself in its volume (`engine.json`), for the platform that finds it after a crash. */
export interface EngineRecord {
  readonly pid: number
  /** See ProcessIdentity.startTime. */
  readonly processStart: string
  readonly socket: string
  /** RFC 3339. */
  readonly startedAt: string
  readonly chainId: string
  readonly eip155: number
}

const schema: z.ZodType<EngineRecord> = z.object({
  pid: z.int().positive(),
  processStart: z.string().min(1),
  socket: z.string().min(1),
  startedAt: z.iso.datetime(),
  chainId: z.string().min(1),
  eip155: z.int().positive(),
})

export function engineRecordPath(dataDir: string): string {
  return join(dataDir, 'engine.json')
}

/** Undefined when there is none, or none that can be read: no engine can be found through it then. */
export function readEngineRecord(dataDir: string): EngineRecord | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(engineRecordPath(dataDir), 'utf8'))).data
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined
    throw error
  }
}

export function removeEngineRecord(dataDir: string): void {
  rmSync(engineRecordPath(dataDir), { force: true })
}
