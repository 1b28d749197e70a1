// `npm run generate` makes every generated file again; `npm run generate -- --check` fails when a checked-in one differs from what would be made.
// A name or two after that choose: `npm run generate -- --check vectors`.
import './node-guard.cjs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const node = (...command) => ({ command })
const both = (...command) => ({ make: node(...command), check: node(...command, '--check') })
const vectors = (file) => both('--conditions=brume-source', file)
const gas = ['node_modules/vitest/vitest.mjs', 'run', '--dir', 'contracts', '--reporter=dot', 'gas']

/** Each row: what comes out, how it is made, how it is compared. The first row is first because the others read the build. */
const generated = [
  { files: 'prisma/generated, dist (not checked in)', make: node('tools/prepare.mjs'), check: node('tools/prepare.mjs') },
  { files: 'prisma/{sqlite,postgresql}/migrations', make: node('tools/db/migration.mjs', '--check'), check: node('tools/db/migration.mjs', '--check') }, // a new one wants a name: that is for its author
  { files: 'contracts/artifacts', ...both('contracts/tools/solc.mjs') },
  { files: 'contracts/gas-snapshot.json', make: { command: gas, env: { UPDATE_GAS: '1' } }, check: { command: gas, env: { UPDATE_GAS: '' } } },
  { files: 'vectors/envelope', ...vectors('tools/vectors/envelope.ts') },
  { files: 'vectors/proof', ...vectors('tools/vectors/proof.ts') },
  { files: 'docs/config.md', ...both('tools/docs/config.ts') },
  { files: 'docs/problems.md', ...both('tools/docs/problems.ts') },
  { files: 'docs/openapi.json', ...both('tools/docs/openapi.ts') },
]

const LIMIT_MS = 180_000
const words = process.argv.slice(2)
const mode = words.includes('--check') ? 'check' : 'make'
const chosen = words.filter((word) => !word.startsWith('--'))

function run({ command, env }) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, command, { env: { ...process.env, ...env }, encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: 2 ** 26 })
  for (const line of status === 0 ? stderr.split('\n') : []) if (line.startsWith('LEFT OUT')) console.error(line)
  if (status === 0) return true
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`)
  return false
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
let failed = 0
for (const row of generated.filter(({ files }, index) => index === 0 || chosen.length === 0 || chosen.some((word) => files.includes(word)))) {
  const start = performance.now()
  const good = run(row[mode])
  if (!good) failed++
  console.log(`${good ? 'ok    ' : 'FAILED'} ${row.files} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  if (!good && row === generated[0]) break
}
console.log(`${mode === 'check' ? 'compared' : 'made'}: ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
