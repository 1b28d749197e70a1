import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { MalformedError } from '@brume/evm'
import { listCommand } from './deadletter/listCommand.ts'
import type { ListOptions } from './deadletter/listCommand.ts'
import { replayCommand } from './deadletter/replayCommand.ts'
import type { ReplayOptions } from './deadletter/replayCommand.ts'
import type { ExitCode } from './exitCode.ts'
import { exitCode, UnusableError } from './exitCode.ts'
import { exportCommand } from './export/exportCommand.ts'
import { fsckCommand } from './fsck/fsckCommand.ts'
import type { FsckOptions } from './fsck/fsckCommand.ts'
import type { ChainServerOptions } from './http/chainServer.ts'
import { RpcError } from './fsck/ledgerSource.ts'
import type { Terminal } from './terminal.ts'
import { plain } from './terminal.ts'
import { trustCommand } from './trust/trustCommand.ts'
import type { VerifyOptions } from './verify/verifyCommand.ts'
import { verifyCommand } from './verify/verifyCommand.ts'

/** `argv` without node and script. Never throws for what a person can give it. */
export async function runBrume(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const run: { code: ExitCode } = { code: exitCode.good }
  const program = brumeProgram(terminal, (code) => (run.code = code))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return run.code
  } catch (error) {
    return unusable(error, terminal)
  }
}

function brumeProgram(terminal: Terminal, done: (code: ExitCode) => void): Command {
  const program = new Command('brume')
    .description('Checks what Brume says. Exit codes: 0 good, 1 refused, 2 unusable input.')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
  program
    .command('verify <file>')
    .description('judge a proof file offline, by a trust file')
    .requiredOption('--trust <file>', 'what you know from elsewhere (brume-trust/v1)')
    .option('--json', 'write the verdict as JSON')
    .action(async (file: string, options: VerifyOptions) => done(await verifyCommand(file, options, terminal)))
  program
    .command('export <file>')
    .description('write a proof file as C2SP .tlog-proof on standard output')
    .action(async (file: string) => done(await exportCommand(file, terminal)))
  withChain(program.command('trust'))
    .description('write what the platform says now as a trust file: trust on first use')
    .action(async (options: ChainServerOptions) => done(await trustCommand(options, terminal)))
  withChain(program.command('fsck'))
    .description('rebuild a public ledger from its entries; check every signature, tile, checkpoint and anchor')
    .option('--trust <file>', 'what you know from elsewhere; without it the platform is asked')
    .option('--wait <seconds>', 'how long ledger and chain may take to catch up with each other', seconds, 20)
    .option('--json', 'write the report as JSON')
    .action(async ({ wait, ...options }: Omit<FsckOptions, 'waitS'> & { wait: number }) => done(await fsckCommand({ ...options, waitS: wait }, terminal)))
  addDeadLetters(program.command('deadletter').description('records of the event log that did not parse: for the operator'), terminal, done)
  return program
}

function addDeadLetters(deadletter: Command, terminal: Terminal, done: (code: ExitCode) => void): void {
  asOperator(deadletter.command('list'))
    .description('write the letters with reason and origin, the newest last')
    .option('--topic <topic>', 'only of this topic')
    .option('--json', 'write the letters as JSON, one a line')
    .action(async (options: ListOptions) => done(await listCommand(options, terminal)))
  asOperator(deadletter.command('replay [ids...]'))
    .description('put records on the log again, in their old topic and partition')
    .option('--all', 'every open letter')
    .option('--topic <topic>', 'with --all: only of this topic')
    .action(async (ids: string[], options: ReplayOptions) => done(await replayCommand(ids, options, terminal)))
}

function asOperator(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'of the platform').env('BRUME_URL').default('http://127.0.0.1:8080'))
    .option('--token-file <file>', 'with the operator\'s token; without it BRUME_OPERATOR_TOKEN')
}

function withChain(command: Command): Command {
  return command
    .requiredOption('--url <url>', 'of the platform')
    .requiredOption('--chain <id>', 'id of the chain')
    .option('--token <token>', 'for a chain that is not public')
}

function seconds(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('0 to 9999 seconds')
  return Number(text)
}

/** What a person or a server did wrong. Anything else is a fault of ours and goes on with its stack. */
function unusable(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.good : exitCode.unusable
  if (!(error instanceof UnusableError || error instanceof RpcError || error instanceof MalformedError)) throw error
  terminal.err(`${plain(error.message)}\n`)
  return exitCode.unusable
}
