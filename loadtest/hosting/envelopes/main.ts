import { BrumeClient, ProblemError } from '@brume/client'
import { readFileSync } from 'node:fs'
import { boundDevice, type BoundDevice } from '../../bench/site/boundDevice.ts'
import { envelopesArguments, usage, type EnvelopesArguments } from './arguments.ts'
import { signAhead } from './signAhead.ts'

const LIMIT_MS = 120_000
const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** Exit 0 when the file is there, 1 when something kept it from being made, 2 for arguments that make no sense. */
process.exitCode = await run()

async function run(): Promise<number> {
  const asked = readArguments()
  if (asked === undefined) return 2
  try {
    await make(asked)
    return 0
  } catch (error) {
    say(error instanceof Error ? `${error.message}${error instanceof ProblemError ? ` (${error.code})` : ''}` : String(error))
    return 1
  }
}

function readArguments(): EnvelopesArguments | undefined {
  try {
    return envelopesArguments(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    say(`${error.message}\n${usage}`)
    return undefined
  }
}

async function make({ url, tokenFile, chain, writeMode, devices: wanted, ...file }: EnvelopesArguments): Promise<void> {
  const client = new BrumeClient({ url, token: readFileSync(tokenFile, 'utf8').trim() })
  const chainId = chain ?? (await client.createChain({ name: 'loadtest', writeMode })).id
  await client.waitForChain(chainId, 'ready', { limitMs: LIMIT_MS })
  const devices: BoundDevice[] = []
  while (devices.length < wanted) devices.push(await boundDevice(client, chainId))
  say(`chain ${chainId} with ${wanted} devices; signing ${file.count} requests of ${file.perRequest} …`)
  await signAhead({ devices, count: file.count, perRequest: file.perRequest, file: file.out })
  say(`${file.out} is ready`)
}
