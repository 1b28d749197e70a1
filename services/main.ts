import { loadConfig } from '@brume/config'
import { startPlatform } from './platform.ts'
import { ProcessLife } from './processLife.ts'
import { releaseStartMemory } from './releaseStartMemory.ts'
import { startFailure } from './startFailure.ts'

/** The one entry point: `--services auth,ingest,ledger` says which services this process runs. */
const CHAINS_UP_MS = 10_000

// Databases, secrets and volumes are the owner's alone, also in a data folder that is not.
process.umask(0o077)

const life = new ProcessLife()
try {
  const config = loadConfig({ env: process.env, argv: process.argv.slice(2) })
  const platform = await startPlatform(config)
  life.runs(platform)
  releaseStartMemory()
  // Once more when the chains are up: taking them up again leaves as much behind.
  setTimeout(releaseStartMemory, CHAINS_UP_MS).unref()
  for (const line of platform.greeting) console.log(line)
} catch (error) {
  const { text, exitCode } = startFailure(error)
  console.error(text)
  process.exit(exitCode)
}
