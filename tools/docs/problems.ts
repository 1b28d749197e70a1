/** docs/problems.md from the common table and from every table that a service exports from a file called problems.ts or x.problems.ts. Reads the build. */
import { globSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ProblemTable } from '@brume/http'
import { commonProblems, kindsByCode, problemsDoc } from '@brume/http'
import { writeOrCheckMarkdown } from './writeOrCheck.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

function isTable(value: unknown): value is ProblemTable {
  return typeof value === 'object' && value !== null && 'service' in value && 'kinds' in value && 'problem' in value
}

async function tablesOf(file: string): Promise<ProblemTable[]> {
  const module: Record<string, unknown> = await import(pathToFileURL(`${root}${file}`).href)
  return Object.values(module).filter(isTable)
}

const files = globSync(['services/*/dist/**/problems.js', 'services/*/dist/**/*.problems.js'], { cwd: root }).sort()
const tables = (await Promise.all(files.map(tablesOf))).flat()
writeOrCheckMarkdown('docs/problems.md', problemsDoc([...kindsByCode([commonProblems, ...new Set(tables)]).values()]))
