/** Starts the processes of the durability tests. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Ack {
  readonly call: number
  readonly firstOffset: number
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly acks: Ack[]
  readonly stderr: string
}

export function fixtureCommand(file: string, args: readonly (string | number)[]): string[] {
  return [process.execPath, '--conditions=brume-source', fileURLToPath(new URL(file, import.meta.url)), ...args.map(String)]
}

/** Runs until the process ends. `onAck` may kill it. */
export async function runAppends(command: readonly string[], options: { env?: Record<string, string>; onAck?: (ack: Ack, child: ChildProcessWithoutNullStreams) => void } = {}): Promise<Ended> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { env: { ...process.env, ...options.env } })
  const acks: Ack[] = []
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, call, offset] = /^ack (\d+) (\d+)$/.exec(line) ?? []
    if (call === undefined || offset === undefined) return
    const ack = { call: Number(call), firstOffset: Number(offset) }
    acks.push(ack)
    options.onAck?.(ack, child)
  })
  // The close event of a child: exit code, signal.
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, acks, stderr }
}
