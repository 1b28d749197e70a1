import { isFreePort, repositoryRoot, runningEngines, type Exit } from '@brume/testing'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { operatorTokenFile } from './cloudSecrets.ts'
import { CloudSite } from './cloudSite.ts'
import { Interruption } from './interruption.ts'
import { missingPrograms } from './missingPrograms.ts'

/**
 * `npm run cloud [-- --port 8080 --data DIR]`: every part of a cloud on this machine, until Ctrl-C. Parts are not supervised: one that ends by itself is
 * told of and stays ended.
 */
async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2))
  if (typeof options === 'string') return refuse([options, 'usage: npm run cloud [-- --port N --data DIR]'], 2)
  const { port, folder } = options
  const missing = missingPrograms()
  if (missing.length > 0) return refuse(missing)
  if (!(await isFreePort(port))) return refuse([`port ${port} is in use: end what listens there, or take another: npm run cloud -- --port N`])
  const interruption = new Interruption(() => endAtOnce(folder))
  const startMs = performance.now()
  console.log(`starting in ${here(folder)}; Ctrl-C stops everything, a second one at once`)
  try {
    await using site = await CloudSite.start({ folder, ports: { edge: port }, signal: interruption.signal, onProgress: (line) => console.log(`  ${line}`), onGone: tellGone })
    greet(site, (performance.now() - startMs) / 1_000)
    await interruption.asked
    console.log('stopping')
  } catch (error) {
    // An end that was asked for while it started is no failure.
    if (!interruption.signal.aborted) return refuse([error instanceof Error ? error.message : String(error)])
  }
  console.log(`stopped; the data stays in ${here(folder)}`)
  return 0
}

/** What is wrong with them, in words, when something is. */
function optionsOf(args: string[]): { port: number; folder: string } | string {
  try {
    const { values } = parseArgs({ args, options: { port: { type: 'string', default: '8080' }, data: { type: 'string', default: join(repositoryRoot(), 'data/cloud') } } })
    if (!/^[1-9]\d{0,4}$/.test(values.port) || Number(values.port) > 65_535) return '--port takes a number from 1 to 65535'
    return { port: Number(values.port), folder: resolve(values.data) }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function greet(site: CloudSite, seconds: number): void {
  console.log(`ready ${site.url} after ${seconds.toFixed(1)} s
  operator's token: ${here(operatorTokenFile(site.folder))}
  tenant's token:   ${here(join(site.folder, 'replicas/auth-0/tenant.token'))}`)
}

function tellGone(part: string, { code, signal }: Exit, output: string): void {
  console.log(`  ${part} has ended by itself (${signal ?? `exit ${code}`}); it is not started again. The last of what it wrote:\n${output.slice(-4_000)}`)
}

/** Everything that this process has started dies with it (ChildProcess), but for engines: they outlive a host that is killed. */
function endAtOnce(folder: string): void {
  process.once('exit', () => {
    for (const pid of runningEngines(join(folder, 'engines'))) process.kill(pid, 'SIGKILL')
  })
  process.exit(130)
}

function refuse(lines: readonly string[], exitCode = 1): number {
  for (const line of lines) console.error(line)
  return exitCode
}

/** As short as it can be said from here. */
function here(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near || '.'
}

process.exitCode = await main()
