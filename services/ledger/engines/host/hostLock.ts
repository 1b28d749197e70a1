import { OperatorError } from '@brume/config'
import { replaceDurably } from '@brume/config/durableFile'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { processIdentity } from '../processIdentity.ts'

const schema = z.object({ pid: z.int().positive(), processStart: z.string() })

/**
 * Two hosts on one folder would stop and start each other's engines. The file names the process that has the folder, and is void once that
 * has ended; a pid that is used again has another start. It tells of a mistake, not of a race: hosts that start in the same instant both pass.
 * @throws OperatorError when another host of this machine has the folder
 */
export function takeFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'host.json')
  const owner = readOwner(path)
  if (owner !== undefined && owner.pid !== process.pid && processIdentity(owner.pid)?.startTime === owner.processStart) {
    throw new OperatorError(`${dataDir} belongs to the engine host with process id ${owner.pid}, which runs: end it, or choose another --data`)
  }
  replaceDurably(path, JSON.stringify({ pid: process.pid, processStart: processIdentity(process.pid)?.startTime ?? '' }))
}

function readOwner(path: string): z.infer<typeof schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined // none yet, or none that can be read
  }
}
