import { repositoryRoot } from '@brume/testing'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** drills/results/<row>/<part>.log, of the last run only. @returns the folder */
export function keepOutputs(row: string, outputs: Readonly<Record<string, string>>): string {
  const folder = join(repositoryRoot(), 'drills/results', row)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [part, output] of Object.entries(outputs)) writeFileSync(join(folder, `${part.replaceAll(' ', '-')}.log`), output)
  return folder
}
