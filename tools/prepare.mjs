// Brings what is generated up to date: the Prisma clients, then dist/ of every package. A no-op in tens of ms when no source changed.
//   node tools/prepare.mjs              everything that runs
//   node tools/prepare.mjs libs/merkle  the Prisma clients, then that project and what it refers to
import './node-guard.cjs'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'

const projects = process.argv.slice(2)
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const stampFile = 'node_modules/.cache/brume-prepare.json'
const stamps = fs.existsSync(stampFile) ? JSON.parse(fs.readFileSync(stampFile, 'utf8')) : {}

const sources = (patterns) => fs.globSync(patterns, { exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path) }).sort()

function digest(patterns) {
  const hash = createHash('sha256')
  for (const file of sources(patterns)) hash.update(file).update(fs.readFileSync(file))
  return hash.digest('hex')
}

function run(name, command) {
  process.stderr.write(`preparing ${name} …\n`)
  try {
    execFileSync(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' } })
  } catch (error) {
    process.stderr.write(String(error.stdout ?? ''))
    console.error(`preparing ${name} failed`)
    process.exit(1)
  }
}

function step(name, patterns, output, command) {
  const stamp = digest(patterns)
  if (stamps[name] === stamp && fs.existsSync(output)) return
  run(name, command)
  stamps[name] = stamp
  fs.mkdirSync('node_modules/.cache', { recursive: true })
  fs.writeFileSync(stampFile, JSON.stringify(stamps))
}

// The native compiler emits ten times as fast, with decorator metadata; the type check of CI is the same one.
const tsc = 'node_modules/typescript-native/bin/tsc'
for (const database of ['sqlite', 'postgresql']) {
  step(`database client for ${database}`, ['prisma/models/*.prisma', `prisma/${database}/schema.prisma`, 'node_modules/prisma/package.json'], `prisma/generated/${database}/client.ts`, ['node_modules/prisma/build/index.js', 'generate', '--schema', `prisma/${database}`])
}
if (projects.length > 0) run(projects.join(', '), [tsc, '-b', ...projects])
else step('dist', ['{libs,services,contracts,prisma,cli,drills,e2e,loadtest,tools/cloud}/**/*.{ts,json}', 'tsconfig*.json', 'node_modules/typescript-native/package.json'], 'services/dist/main.js', [tsc, '-b', 'tsconfig.json'])
