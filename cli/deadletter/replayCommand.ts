import type { BrumeClient, DeadLetter } from '@brume/client'
import type { ExitCode } from '../exitCode.ts'
import { exitCode, UnusableError } from '../exitCode.ts'
import type { Terminal } from '../terminal.ts'
import { plain } from '../terminal.ts'
import type { OperatorOptions } from './operatorClient.ts'
import { asUnusable, operatorClient, refusalOf } from './operatorClient.ts'

export interface ReplayOptions extends OperatorOptions {
  /** Every open letter, or those of `topic`. */
  readonly all?: boolean
  readonly topic?: string
}

/** Exit code 1 when a letter was refused; the others are replayed all the same. */
export async function replayCommand(ids: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  checkChoice(ids, options)
  const client = await operatorClient(options)
  return replayEach(client, ids, options, terminal).catch(asUnusable(options.url))
}

function checkChoice(ids: readonly string[], { all, topic }: ReplayOptions): void {
  if ((ids.length > 0) === (all === true)) throw new UnusableError('name the letters to replay, or --all')
  if (topic !== undefined && !all) throw new UnusableError('--topic narrows --all; a letter is named by its id alone')
  const bad = ids.find((id) => !/^[a-z][a-z0-9-]*\.\d+\.\d+$/.test(id))
  if (bad !== undefined) throw new UnusableError(`${JSON.stringify(bad)} is not the id of a letter (topic.partition.offset)`)
}

async function replayEach(client: BrumeClient, ids: readonly string[], { all, topic }: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  // All of them before the first is replayed: one that still does not parse comes back as a new letter, which would be replayed for ever.
  const chosen = all ? await openIds(client, topic) : ids
  let refused = 0
  for (const [done, id] of chosen.entries()) {
    terminal.live(`letter ${done + 1} of ${chosen.length}`)
    if (!(await replayOne(client, id, terminal))) refused++
  }
  terminal.err(`${chosen.length - refused} of ${chosen.length} closed\n`)
  // Also those that did not parse again, and those for which the service had no room.
  if (all) terminal.err(`${(await openIds(client, topic)).length} are open now\n`)
  return refused === 0 ? exitCode.good : exitCode.refused
}

async function openIds(client: BrumeClient, topic: string | undefined): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of client.deadLetters({ limit: 1_000, state: 'open', topic })) ids.push(id)
  return ids
}

/** @returns whether the letter is closed now */
async function replayOne(client: BrumeClient, id: string, terminal: Terminal): Promise<boolean> {
  try {
    terminal.out(`${plain(outcomeOf(await client.replayDeadLetter(id)))}\n`)
    return true
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    terminal.err(`${id}  refused: ${plain(refusal.message)}\n`)
    return false
  }
}

function outcomeOf({ id, state, replayedAs }: DeadLetter): string {
  return state === 'superseded' ? `${id}  superseded: a newer record of its key is on the log, nothing was written` : `${id}  replayed as ${replayedAs}`
}
