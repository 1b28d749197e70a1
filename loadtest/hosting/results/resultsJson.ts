import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { RESULTS_VERSION } from '../model/index.ts'
import { BadResults } from './badResults.ts'

/** As it is written: not before it has been seen to be read back, because what cannot be read is found when the machine time has long been spent. */
export function jsonText<Schema extends z.ZodType>(value: unknown, schema: Schema, what: string): string {
  const text = JSON.stringify(value)
  const parsed = schema.safeParse(JSON.parse(text))
  if (!parsed.success) throw new BadResults(`${what} is not written, because it could not be read back:\n${z.prettifyError(parsed.error)}`)
  return `${text}\n`
}

/** @throws BadResults for a file that is not there, another version, or another form */
export function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const json = jsonIn(file)
  refuseOtherVersion(json, file)
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new BadResults(`${file} is not of the form of results of version ${RESULTS_VERSION}:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BadResults(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Said before all that may be wrong with its form. */
function refuseOtherVersion(json: unknown, file: string): void {
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined
  if (version === RESULTS_VERSION) return
  throw new BadResults(`${file} is of ${version === undefined ? 'no known version' : `version ${String(version)}`}; this program knows version ${RESULTS_VERSION}: use the commit that made it, or measure anew into another folder`)
}
