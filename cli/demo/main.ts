import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { repositoryRoot, startPlatform, type RunningPlatform } from '@brume/testing'
import { Command } from 'commander'
import { runDemo } from './demo.ts'
import { held } from './outcome.ts'

interface Options {
  data?: string
  port: string
  once?: boolean
}

/** As a shell has it: 128 + SIGINT. */
const INTERRUPTED = 130

const say = (line: string): void => console.log(line)

/** A folder for each run: nothing of an earlier one is in the way, and nothing is deleted. */
function freshFolder(root: string): string {
  return join(root, 'data', `demo-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`)
}

const program = new Command('demo')
  .description('Starts a platform and takes 26,277 real measurements all the way from a signature to an offline proof.')
  .option('--data <folder>', 'where the platform keeps its data (default: a fresh ./data/demo-…)')
  .option('--port <number>', 'TCP port of the platform, 0 for any free one', '0')
  .option('--once', 'end after the run: exit 0 only if everything held; writes ./demo.json')
  .action(main)

async function main({ data: folder, port, once }: Options): Promise<void> {
  const root = repositoryRoot()
  const data = folder === undefined ? freshFolder(root) : resolve(folder)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  await using platform = await startPlatform({ data, port: Number(port), env: { LOG_LEVEL: 'warn' } })
  const interrupted = untilInterrupted(platform)
  say(`The platform is ready at ${platform.url} (process ${platform.pid}), its data in ${data}.`)
  const run = demonstrate(platform, root)
  process.exitCode = await Promise.race([run, interrupted])
  if (once || process.exitCode === INTERRUPTED) return
  say(`The platform stays up at ${platform.url}. Ctrl-C ends it.`)
  await interrupted
}

/** The exit code: 0 only if everything held. */
async function demonstrate(platform: RunningPlatform, root: string): Promise<number> {
  const startMs = performance.now()
  const { outcome, asked } = await runDemo({ url: platform.url, tenantToken: await platform.tenantToken(), data: platform.data, root, say })
  writeFileSync('demo.json', `${JSON.stringify(outcome, null, 2)}\n`)
  const good = held(outcome, asked)
  say(`${good ? 'Everything held' : 'NOT everything held'}, after ${((performance.now() - startMs) / 1_000).toFixed(0)} s: ${JSON.stringify(outcome)} (demo.json)`)
  return good ? 0 : 1
}

/** A platform that ends by itself ends the demo. */
function untilInterrupted(platform: RunningPlatform): Promise<number> {
  return new Promise((done, fail) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(INTERRUPTED))
    void platform.exited.then(() => fail(new Error(`the platform has ended by itself. It wrote:\n${platform.output}`)))
  })
}

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// What an interrupted run still waits for is not waited for.
process.exit()
