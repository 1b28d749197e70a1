import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folders, forbidden } from './rules.mjs'

interface Planted {
  readonly rule: string
  readonly file: string
  readonly text: string
}

/** One violation of every rule, where the code base could grow it; some rules have several ways to be broken. */
const planted: Planted[] = [
  { rule: 'service-imports-service', file: 'services/auth/devices/planted1.ts', text: "export { LedgerModule } from '@brume/ledger'" },
  { rule: 'service-imports-service', file: 'services/auth/devices/planted2.ts', text: "export const ledger = () => import('@brume/ledger')" },
  { rule: 'pure-library-needs-framework', file: 'libs/evm/planted1.ts', text: "export { keccak256 } from 'ethers'" },
  { rule: 'pure-library-needs-framework', file: 'libs/proof/planted1.ts', text: "import type { Type } from '@nestjs/common'\nexport type Planted = Type" },
  { rule: 'pure-library-needs-framework', file: 'libs/proof/planted2.ts', text: "export { Metrics } from '@brume/observability'" },
  { rule: 'pure-library-needs-node', file: 'libs/envelope/planted1.ts', text: "export { createHash } from 'node:crypto'" },
  { rule: 'pure-library-needs-node', file: 'libs/merkle/planted1.ts', text: "export { Buffer } from 'buffer'" },
  { rule: 'library-imports-application', file: 'libs/keys/planted1.ts', text: "export { AuthModule } from '@brume/auth'" },
  { rule: 'service-imports-application', file: 'services/ingest/planted1.ts', text: "export * from '@brume/cli'" },
  { rule: 'service-imports-application', file: 'services/ingest/planted2.ts', text: "export { startPlatform } from '../platform.ts'" },
  { rule: 'black-box-imports-platform', file: 'e2e/planted1.ts', text: "export { openDatabase } from '@brume/prisma'" },
  { rule: 'controller-imports-repository', file: 'services/auth/tenants/planted1.controller.ts', text: "export { TenantRepository } from './tenant.repository.ts'" },
  { rule: 'controller-imports-database', file: 'services/auth/tenants/planted2.controller.ts', text: "export { openDatabase } from '@brume/prisma'" },
  { rule: 'imports-build-output', file: 'libs/config/planted1.ts', text: "export * from './dist/index.js'" },
  { rule: 'imports-inner-file', file: 'services/ledger/planted1.ts', text: "export * from '../../libs/merkle/index.ts'" },
  { rule: 'imports-inner-file', file: 'tools/planted1.ts', text: "export * from '../libs/merkle/index.ts'" },
  { rule: 'unresolvable', file: 'cli/planted1.ts', text: "export * from '@brume/merkle/hash.ts'" },
  { rule: 'unresolvable', file: 'cli/planted2.ts', text: "export * from 'left-pad'" },
  { rule: 'scenario-needs-more-than-k6', file: 'loadtest/scenarios/planted1.ts', text: "import 'node:fs'" },
  { rule: 'scenario-needs-more-than-k6', file: 'loadtest/scenarios/planted2.ts', text: "export * from '../hosting/model/index.ts'" },
  { rule: 'k6-outside-scenarios', file: 'loadtest/hosting/planted1.ts', text: "import 'k6/http'" },
  { rule: 'circular', file: 'libs/http/planted1.ts', text: "import { b } from './planted2.ts'\nexport const a = (): unknown => b" },
]

/** What the planted ones need. A cycle is reported once, at one of its files. */
const needed: Omit<Planted, 'rule'>[] = [
  { file: 'libs/http/planted2.ts', text: "import { a } from './planted1.ts'\nexport const b = (): unknown => a" },
  { file: 'libs/config/dist/index.js', text: 'export {}' },
]

/** What the rules let through on purpose. */
const allowed: Omit<Planted, 'rule'>[] = [
  { file: 'libs/envelope/planted9.test.ts', text: "export { createHash } from 'node:crypto'" },
  { file: 'services/auth/tenants/planted9.controller.ts', text: "import type { Database } from '@brume/prisma'\nexport type Planted = Database" },
  { file: 'services/auth/tenants/planted9.ts', text: "export { openDatabase } from '@brume/prisma'" },
]

const repository = fileURLToPath(new URL('../..', import.meta.url))
const isSource = (path: string) => !/\/(node_modules|dist|\.data|data)$/.test(path)

/** The sources, with a node_modules whose workspaces are the copy's own. */
function copyWorkspace(to: string): void {
  for (const folder of folders) cpSync(join(repository, folder), join(to, folder), { recursive: true, filter: isSource })
  cpSync(join(repository, 'package.json'), join(to, 'package.json'))
  mkdirSync(join(to, 'node_modules'))
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name === '@brume') cpSync(join(repository, 'node_modules/@brume'), join(to, 'node_modules/@brume'), { recursive: true, verbatimSymlinks: true })
    else symlinkSync(join(repository, 'node_modules', name), join(to, 'node_modules', name))
  }
}

function plant(root: string, { file, text }: Omit<Planted, 'rule'>): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), `${text}\n`)
}

interface Report {
  files: number
  modules: number
  violations: { rule: string; from: string; to: string }[]
}

function check(root: string): Promise<Report> {
  const { promise, resolve, reject } = Promise.withResolvers<Report>()
  const command = [fileURLToPath(new URL('boundaries.mjs', import.meta.url)), '--root', root, '--json']
  execFile(process.execPath, command, { maxBuffer: 2 ** 24 }, (_exit, stdout, stderr) => (stdout ? resolve(JSON.parse(stdout)) : reject(new Error(stderr))))
  return promise
}

describe('the import rules', () => {
  let root: string
  let found: Report

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'brume-boundaries-'))
    copyWorkspace(root)
    for (const file of [...planted, ...needed, ...allowed]) plant(root, file)
    found = await check(root)
  }, 120_000)
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each(planted)('$rule refuses $file', ({ rule, file }) => {
    expect(found.violations.filter(({ from }) => from === file).map((violation) => violation.rule)).toContain(rule)
  })

  it.each(allowed)('lets $file pass', ({ file }) => {
    expect(found.violations.filter(({ from }) => from === file)).toEqual([])
  })

  it('are each planted once at least', () => {
    expect(new Set(planted.map(({ rule }) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)))
  })

  it('are shown the whole workspace', () => {
    expect(found.files).toBeGreaterThan(400)
  })
})
