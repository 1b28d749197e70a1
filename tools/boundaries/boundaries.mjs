// `npm run boundaries`: checks every import of the workspace against rules.mjs; exit 1 on a violation.
// `--root DIR` checks another copy, `--json` prints the violations as JSON; the test uses both.
import '../node-guard.cjs'
import { readdirSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cruise } from 'dependency-cruiser'
import { folders, options } from './rules.mjs'

const { values } = parseArgs({ options: { root: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) }, json: { type: 'boolean', default: false } } })

const isSource = (file) => /\.(ts|mjs|cjs)$/.test(file) && !/(^|\/)(node_modules|dist|generated|\.data|data)\//.test(file)
const filesOf = (folder) => readdirSync(folder, { recursive: true }).map((file) => `${folder}/${file}`).filter(isSource)

process.chdir(values.root)
const files = folders.filter((folder) => existsSync(folder)).flatMap(filesOf).toSorted()
const { output } = await cruise(files, { ...options, baseDir: process.cwd() })
const violations = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }))
if (values.json) console.log(JSON.stringify({ files: files.length, modules: output.modules.length, violations }))
else report(files.length, violations)
process.exitCode = violations.length > 0 ? 1 : 0

function report(count, found) {
  const why = new Map(options.ruleSet.forbidden.map(({ name, comment }) => [name, comment]))
  for (const { rule, from, to } of found) console.error(`${from} → ${to}\n  ${rule}: ${why.get(rule)}`)
  console.log(`boundaries: ${count} files, ${found.length} violations`)
}
