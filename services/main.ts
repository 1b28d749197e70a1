import { ConfigError, loadConfig } from '@brume/config'
import { startPlatform } from './platform.ts'
import { releaseStartMemory } from './releaseStartMemory.ts'

/** The one entry point: `--services auth,ingest,ledger` says which services this process runs. */
const CHAINS_UP_MS = 10_000

// Databases, secrets and volumes are the owner's alone, also in a data folder that is not.
process.umask(0o077)

try {
  const config = loadConfig({ env: process.env, argv: process.argv.slice(2) })
  const platform = await startPlatform(config)
  releaseStartMemory()
  // Once more when the chains are up: taking them up again leaves as much behind.
  setTimeout(releaseStartMemory, CHAINS_UP_MS).unref()
  for (const line of platform.greeting) console.log(line)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void platform.stop().then(() => process.exit(0), fail))
} catch (error) {
  fail(error)
}

function fail(error: unknown): never {
  console.error(error instanceof ConfigError ? error.message : error)
  process.exit(error instanceof ConfigError ? 2 : 1)
}
