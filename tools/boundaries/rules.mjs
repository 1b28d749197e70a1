// Who may import whom, for dependency-cruiser. Read from parsed imports: Nx sees no edges between workspaces without its plugins.
// tools/boundaries/boundaries.test.ts plants a violation of every rule.
import { builtinModules } from 'node:module'

/** Not part of what runs: tests, their fixtures, benchmarks. */
const exempt = String.raw`\.(test|fixture|bench)\.ts$`
/** Run in a browser too. */
const pure = '^libs/(envelope|merkle|evm|proof)/'
const service = '^services/([^/]+)/'
const framework = '(^|/)node_modules/(@nestjs|fastify|@fastify|prisma|@prisma|ethers|better-sqlite3|sodium-native|kafkajs|pino|prom-client|commander|ganache|solc)/'
const nodeModule = `^(node:.*|${builtinModules.join('|')})$`
/** A folder with a package.json of its own. `services` is one and holds three more. */
const aPackage = '^((?:libs|services)/[^/]+(?=/)|services|prisma|contracts|cli|drills|e2e|loadtest|tools/cloud)/'

/** A rule for dependency-cruiser; nothing here is only a warning. */
const refuse = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** Modules that k6 brings along; they are in no registry. */
const k6 = '^k6(/|$)'
const scenario = '^loadtest/scenarios/'

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
export const forbidden = [
  refuse('service-imports-service', 'Services talk through the event log only.', { path: service }, { path: service, pathNot: '^services/$1/' }),
  refuse('pure-library-needs-framework', 'envelope, merkle, evm and proof run in a browser: no framework, nor through another package.', { path: pure, pathNot: exempt }, { path: framework, reachable: true }),
  refuse('pure-library-needs-node', 'envelope, merkle, evm and proof run in a browser: no module of Node, nor through another package.', { path: pure, pathNot: exempt }, { path: nodeModule, reachable: true }),
  refuse('library-imports-application', 'Libraries stand below services and commands.', { path: '^(libs|prisma|contracts)/', pathNot: exempt }, { path: '^(services|cli|drills|e2e|loadtest|tools)/' }),
  refuse('service-imports-application', 'A service imports libraries, prisma and contracts.', { path: service }, { path: '^(services/[^/]+$|(cli|drills|e2e|loadtest|tools)/)' }),
  refuse('black-box-imports-platform', 'e2e and cli know the platform by its public API only.', { path: '^(e2e|cli)/', pathNot: exempt }, { path: '^(services|prisma)/' }),
  refuse('controller-imports-repository', 'A controller never sees SQL.', { path: String.raw`\.controller\.ts$` }, { path: String.raw`\.repository\.ts$` }),
  refuse('controller-imports-database', 'A controller may name the types of the database, not use it.', { path: String.raw`\.controller\.ts$` }, { path: '^prisma/', dependencyTypesNot: ['type-only'] }),
  refuse('imports-build-output', 'Sources import sources.', {}, { path: '(^|/)dist/', pathNot: 'node_modules/' }),
  refuse('imports-inner-file', 'Another package is imported by its name.', { path: `(?:${aPackage}|^tools/)` }, { path: aPackage, pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] }),
  refuse('unresolvable', 'Not installed, or not exported by the package.', {}, { couldNotResolve: true, pathNot: k6 }),
  refuse('scenario-needs-more-than-k6', 'k6 runs scenarios, not Node: they have its modules and each other.', { path: scenario, pathNot: exempt }, { pathNot: [k6, scenario] }),
  refuse('k6-outside-scenarios', 'Only k6 has its modules.', { pathNot: scenario }, { path: k6 }),
  refuse('circular', 'Two files that need each other are one concept, or three.', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
]

/** @type {import('dependency-cruiser').ICruiseOptions} */
export const options = {
  validate: true,
  ruleSet: { forbidden },
  doNotFollow: { path: 'node_modules/(?!@brume/)|(^|/)dist/' },
  exclude: { path: '^prisma/generated/' },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: { conditionNames: ['brume-source', 'node', 'import', 'default'], exportsFields: ['exports'], mainFields: ['module', 'main', 'types'] },
}

export const folders = ['libs', 'services', 'prisma', 'contracts', 'cli', 'drills', 'e2e', 'loadtest', 'tools']
