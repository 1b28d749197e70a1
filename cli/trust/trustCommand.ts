import type { ExitCode } from '../exitCode.ts'
import { exitCode } from '../exitCode.ts'
import { fetchTrust } from '../http/chainResource.ts'
import type { ChainServerOptions } from '../http/chainServer.ts'
import { ChainServer } from '../http/chainServer.ts'
import type { Terminal } from '../terminal.ts'

/** Writes what the platform says now. */
export async function trustCommand(options: ChainServerOptions, terminal: Terminal): Promise<ExitCode> {
  const trust = await fetchTrust(new ChainServer(options))
  terminal.out(`${JSON.stringify(trust, null, 2)}\n`)
  terminal.err('Trust on first use: this is what the platform itself says now. Compare it with what you know from elsewhere, and keep the file.\n')
  return exitCode.good
}
