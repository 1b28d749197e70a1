import type { Link, Verdict } from '@brume/proof'
import { verify } from '@brume/proof'
import type { ExitCode } from '../exitCode.ts'
import { exitCode } from '../exitCode.ts'
import { readProofFile, readTrustFile } from '../inputFile.ts'
import type { Terminal } from '../terminal.ts'
import { plain } from '../terminal.ts'

export interface VerifyOptions {
  /** File. */
  trust: string
  json?: boolean
}

/** Offline: reads two files and nothing else. */
export async function verifyCommand(path: string, options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const [proof, trust] = [await readProofFile(path), await readTrustFile(options.trust)]
  const verdict = await verify(proof, trust)
  terminal.out(options.json ? `${JSON.stringify(verdict)}\n` : verdictText(verdict))
  return verdict.ok ? exitCode.good : exitCode.refused
}

function verdictText(verdict: Verdict): string {
  const lines = [...subjectLines(verdict), '', ...verdict.links.map(linkLine), '', ...verdict.caveats.map((caveat) => `note: ${caveat}`), resultLine(verdict)]
  return lines.map((line) => `${plain(line)}\n`).join('')
}

function subjectLines({ reading, block }: Verdict): string[] {
  const lines = ['the file says (true as far as the links below are verified):']
  if (reading) lines.push(`reading  ${reading.leafHash}`, `device   ${reading.device}, key ${reading.keyNumber}, epoch ${reading.epoch}, seq ${reading.seq}`)
  if (reading?.index !== undefined) lines.push(`entry    ${reading.index}`)
  if (block) lines.push(`block    ${block.number} of ${block.time}, ${block.hash}`)
  return lines
}

const words = { verified: 'verified', 'taken-on-trust': 'taken on trust', 'not-checked': 'not checked', refused: 'REFUSED' } as const satisfies Record<Link['state'], string>

function linkLine({ name, state, reason }: Link): string {
  return `${name.padEnd(11)}${words[state].padEnd(16)}${reason}`
}

function resultLine({ ok, unmet }: Verdict): string {
  if (ok) return 'good: every required link is verified'
  return unmet.length > 0 ? `refused: required and not verified: ${unmet.join(', ')}` : 'refused'
}
