import type { DeadLetter } from '@brume/client'
import type { ExitCode } from '../exitCode.ts'
import { exitCode } from '../exitCode.ts'
import type { Terminal } from '../terminal.ts'
import { plain } from '../terminal.ts'
import type { OperatorOptions } from './operatorClient.ts'
import { asUnusable, operatorClient } from './operatorClient.ts'

export interface ListOptions extends OperatorOptions {
  readonly topic?: string
  /** One letter a line. */
  readonly json?: boolean
}

/** Writes each page as it comes: there may be thousands. */
export async function listCommand({ topic, json, ...options }: ListOptions, terminal: Terminal): Promise<ExitCode> {
  const client = await operatorClient(options)
  await writeAll(client.deadLetters({ limit: 1_000, topic }), json ? JSON.stringify : lineOf, terminal).catch(asUnusable(options.url))
  return exitCode.good
}

async function writeAll(letters: AsyncIterable<DeadLetter>, textOf: (letter: DeadLetter) => string, terminal: Terminal): Promise<void> {
  const counts = { open: 0, replayed: 0, superseded: 0 }
  for await (const letter of letters) {
    terminal.out(`${textOf(letter)}\n`)
    counts[letter.state]++
  }
  terminal.err(`${counts.open} open, ${counts.replayed} replayed, ${counts.superseded} superseded\n`)
}

/** Key and reason are whatever the sender of the message wrote. */
function lineOf({ id, state, replayedAs, time, bytes, key, reason }: DeadLetter): string {
  const became = replayedAs === null ? state : `${state} as ${replayedAs}`
  return plain(`${id}  ${became}  ${time}  ${bytes} bytes  key ${key}: ${reason}`)
}
