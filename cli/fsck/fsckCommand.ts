import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Sha256 } from '@brume/merkle'
import type { Trust } from '@brume/proof'
import { parseTrust } from '@brume/proof'
import type { ExitCode } from '../exitCode.ts'
import { exitCode, UnusableError } from '../exitCode.ts'
import { fetchTrust } from '../http/chainResource.ts'
import type { ChainServerOptions } from '../http/chainServer.ts'
import { ChainServer } from '../http/chainServer.ts'
import { readTrustFile } from '../inputFile.ts'
import type { Terminal } from '../terminal.ts'
import { fsck } from './fsck.ts'
import type { Patience } from './patience.ts'
import { reportText } from './reportText.ts'

export interface FsckOptions extends ChainServerOptions {
  /** File. */
  trust?: string
  json?: boolean
  /** How long the ledger and its chain may take to catch up with each other. */
  waitS: number
}

const PAUSE_MS = 500
const FIRST_USE_NOTE = "trust on first use: the ledger's key, the platform's keys and the contract are what the platform itself says now (no --trust file)"

export async function fsckCommand(options: FsckOptions, terminal: Terminal): Promise<ExitCode> {
  const server = new ChainServer(options)
  const report = await fsck({
    chain: options.chain,
    trust: options.trust === undefined ? await trustOnFirstUse(server) : await readTrustFile(options.trust),
    source: server,
    sha256,
    patience: patienceOf(options.waitS),
    onProgress: (done, size) => terminal.live(`entries ${done} of ${size}`),
    notes: options.trust === undefined ? [FIRST_USE_NOTE] : [],
  })
  terminal.out(options.json ? `${JSON.stringify(report)}\n` : reportText(report))
  return report.ok ? exitCode.good : exitCode.refused
}

async function trustOnFirstUse(server: ChainServer): Promise<Trust> {
  const trust = parseTrust(new TextEncoder().encode(JSON.stringify(await fetchTrust(server))))
  if (!trust.ok) throw new UnusableError(`${server.url}: ${trust.detail}`)
  return trust.value
}

/** Several times as fast as the default in JavaScript. */
const sha256: Sha256 = (data) => new Uint8Array(hash('sha256', data, 'buffer'))

function patienceOf(waitS: number): Patience {
  return { attempts: 1 + Math.ceil((waitS * 1_000) / PAUSE_MS), pause: () => delay(PAUSE_MS) }
}
