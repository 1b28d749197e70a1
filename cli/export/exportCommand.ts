import { toTlogProof } from '@brume/proof'
import type { ExitCode } from '../exitCode.ts'
import { exitCode, UnusableError } from '../exitCode.ts'
import { readProofFile } from '../inputFile.ts'
import type { Terminal } from '../terminal.ts'

/** A proof as C2SP tlog-proof, on standard output. */
export async function exportCommand(path: string, terminal: Terminal): Promise<ExitCode> {
  const exported = toTlogProof(await readProofFile(path))
  if (!exported.ok) throw new UnusableError(`${path}: ${exported.detail}`)
  terminal.out(exported.value)
  return exitCode.good
}
