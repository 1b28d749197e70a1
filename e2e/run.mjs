// Starts a platform in a temporary folder, runs the black-box suite against it, stops it. Needs dist/: see tools/prepare.mjs.
//   node e2e/run.mjs [--apart | --cloud] [-- arguments of vitest]
// --apart: three processes, one for each service, behind one URL. --cloud: Kafka, PostgreSQL, an engine host and several replicas behind haproxy (tools/cloud).
import '../tools/node-guard.cjs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot, startPathRouter, startPlatform, TemporaryFolder } from '@brume/testing'

const root = repositoryRoot()
const more = process.argv.slice(2)
const starts = { '--apart': startApart, '--cloud': startCloud }
const start = starts[more[0]] ?? startTogether
const vitestArguments = more.slice(start === startTogether ? 0 : 1).filter((argument) => argument !== '--')
// An interrupted suite has failed, and what was started for it ends in order; a second signal, or one before the suite, ends all at once.
let interrupt = () => process.exit(1)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupt())

async function startTogether(data, stack) {
  const platform = stack.use(await startPlatform({ data }))
  return { url: platform.url, operatorToken: await platform.operatorToken(), platforms: [platform] }
}

async function startApart(data, stack) {
  const platforms = []
  for (const name of ['auth', 'ingest', 'ledger']) platforms.push(stack.use(await startPlatform({ data, args: ['--services', name] })))
  const [auth, ingest, ledger] = platforms
  const router = stack.use(await startPathRouter({ auth: auth.url, ingest: ingest.url, ledger: ledger.url }))
  return { url: router.url, operatorToken: await auth.operatorToken(), platforms }
}

async function startCloud(folder, stack) {
  const { CloudSite, missingPrograms } = await import('@brume/cloud')
  const missing = missingPrograms()
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const onGone = (part, { code, signal }, output) => console.error(`${part} has ended by itself (${signal ?? `exit ${code}`}). It wrote:\n${output.slice(-8_000)}`)
  const site = stack.use(await CloudSite.start({ folder, onProgress: (line) => console.error(line), onGone }))
  return { url: site.url, operatorToken: site.operatorToken, platforms: ['auth', 'ingest', 'ledger'].flatMap((service) => site.running(service)) }
}

function runSuite({ url, operatorToken }) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const env = { ...process.env, BRUME_URL: url, BRUME_OPERATOR_TOKEN: operatorToken }
  const child = spawn(process.execPath, [vitest, 'run', '--root', join(root, 'e2e'), ...vitestArguments], { cwd: root, env, stdio: 'inherit' })
  interrupt = () => {
    interrupt = () => process.exit(1)
    child.kill('SIGTERM')
  }
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

/** What a platform had to say matters only when a test failed. */
function report(platforms) {
  for (const platform of platforms) console.error(`--- the end of what ${platform.url} wrote\n${platform.output.slice(-8_000)}`)
}

async function main() {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(new TemporaryFolder())
  const target = await start(folder.path, stack)
  const code = await runSuite(target)
  if (code !== 0) report(target.platforms)
  return code
}

process.exitCode = await main()
