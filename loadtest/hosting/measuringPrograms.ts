import { missingPrograms } from '@brume/cloud'
import { toxiproxyProgram } from '@brume/testing'
import { k6Program } from './k6/index.ts'
import type { MeasuringPrograms } from './machine/index.ts'
import type { Block } from './model/index.ts'

/** Something that a run needs is not on this machine; the message says how to get all of it. */
export class ProgramsMissing extends Error {
  override name = 'ProgramsMissing'
}

/** Found, or made by Go, before anything starts. @throws ProgramsMissing */
export async function measuringPrograms(blocks: readonly Block[]): Promise<MeasuringPrograms> {
  const missing = blocks.some(({ placement: { kind } }) => kind !== 'fog') ? missingPrograms() : []
  const [k6, toxiproxy] = [await found(k6Program, missing), await found(toxiproxyProgram, missing)]
  if (missing.length > 0) throw new ProgramsMissing(missing.join('\n'))
  return { k6, toxiproxy }
}

async function found(program: () => Promise<string>, missing: string[]): Promise<string | undefined> {
  try {
    return await program()
  } catch (error) {
    missing.push(error instanceof Error ? error.message : String(error))
    return undefined
  }
}
