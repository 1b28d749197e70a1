import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout that this file belongs to, from the sources as from dist/. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!isRoot(folder)) {
    const above = dirname(folder)
    if (above === folder) throw new Error('this is not a checkout of Brume: no package.json with workspaces above')
    folder = above
  }
  return folder
}

function isRoot(folder: string): boolean {
  const path = join(folder, 'package.json')
  return existsSync(path) && readFileSync(path, 'utf8').includes('"workspaces"')
}
