import { plain } from '../terminal.ts'
import type { FsckReport } from './report.ts'

/** For a person. */
export function reportText(report: FsckReport): string {
  const lines = [...countLines(report), ...flagLines(report), ...findingLines(report), ...report.notes.map((note) => `note: ${note}`), resultLine(report)]
  return lines.map((line) => `${plain(line)}\n`).join('')
}

function countLines({ origin, size, root, writeMode, counts }: FsckReport): string[] {
  const { readings, bindings, keys, statuses, devices, gaps, tiles, anchors, records } = counts
  return [
    `ledger   ${origin}`,
    `tree     size ${size}, root ${root ?? 'not to be had'}, ${tiles} tiles`,
    `entries  ${readings} readings, ${bindings} bindings, ${keys} key replacements, ${statuses} status changes; ${devices} devices, ${gaps} missing sequence numbers`,
    `chain    ${writeMode ?? 'no events'}: ${anchors} anchors, ${records} records`,
  ]
}

function flagLines({ flags }: FsckReport): string[] {
  const set = Object.entries(flags).filter(([, count]) => count > 0)
  return set.length === 0 ? [] : [`flags    ${set.map(([name, count]) => `${count} ${name}`).join(', ')}`]
}

function findingLines({ findings, findingsTotal }: FsckReport): string[] {
  const lines = findings.map(({ code, where, detail }) => `FOUND    ${where}: ${detail} (${code})`)
  return findingsTotal > findings.length ? [...lines, `FOUND    ${findingsTotal - findings.length} more`] : lines
}

function resultLine({ ok, findingsTotal }: FsckReport): string {
  return ok ? 'clean: entries, signatures, tiles, checkpoint and chain agree' : `refused: ${findingsTotal} findings`
}
